/** How long something took beside what took longest: a thin bar below the number. */
export function WallBar({ ms, longest }: { readonly ms: number; readonly longest: number }) {
  return (
    <span class="bar" aria-hidden="true">
      <i class="part-wall" style={{ width: `${longest > 0 ? (ms / longest) * 100 : 0}%` }} />
    </span>
  )
}
