import { duration, percent, type Quantity } from '../model/format.ts'

/** A number with its unit set back, so that a column of them is read by its digits. */
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

/** As wide as any, so that what stands before it is in line too. */
export function Percent({ share }: { readonly share: number }) {
  return (
    <span class="percent">
      <Num of={percent(share)} />
    </span>
  )
}
