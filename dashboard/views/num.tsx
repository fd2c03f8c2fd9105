import { duration, percent, type Quantity } from '../model/format.ts'

/** A number with a less prominent unit, so that the digits of a column stand out. */
function Num({ of }: { readonly of: Quantity }) {
  return (
    <span class="num">
      {of.value}
      {of.unit !== '' && <span class="unit"> {of.unit}</span>}
    </span>
  )
}

export function Ms({ ms }: { readonly ms: number }) {
  return <Num of={duration(ms)} />
}

/** A percentage of fixed width, so that what stands before it lines up too. */
export function Percent({ share }: { readonly share: number }) {
  return (
    <span class="percent">
      <Num of={percent(share)} />
    </span>
  )
}
