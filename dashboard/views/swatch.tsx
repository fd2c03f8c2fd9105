/** A dot in a colour of the palette; the theme sets the variables `--c…`. */
export function Swatch({ colour }: { readonly colour: number }) {
  return <i class="swatch" style={{ background: `var(--c${colour})` }} />
}
