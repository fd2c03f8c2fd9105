import { bytes, duration, percent, type Quantity } from '../model/format.ts'

/** A number with its unit set back, so that a column of them is read by its digits. */
export function Num({ of }: { readonly of: Quantity }) {
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

export function Percent({ share }: { readonly share: number }) {
  return <Num of={percent(share)} />
}

export function Bytes({ n }: { readonly n: number }) {
  return <Num of={bytes(n)} />
}
