/** A dot in a colour of the palette; see `--c…`, which the theme sets. */
export function Swatch({ colour }: { readonly colour: number }) {
  return <i class="swatch" style={{ background: `var(--c${colour})` }} />
}
