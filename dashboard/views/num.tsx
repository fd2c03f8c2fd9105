import { type ComponentChildren, toChildArray } from 'preact'
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

/** Before an upper bound, on the same line. */
export const AT_MOST = '≤\u00a0'

/** A percentage of fixed width, so that what stands before it lines up too. */
export function Percent({ share }: { readonly share: number }) {
  return (
    <span class="percent">
      <Num of={percent(share)} />
    </span>
  )
}

const WITH_UNIT = /([<>]?[\d.,]+ (?:[mµ]?s|min|h|d|%|[KMGT]?i?B)(?!\w))/

/** Running text: no line ends between a number and its unit. */
export function Prose({ children }: { readonly children: ComponentChildren }) {
  return toChildArray(children).map((child) =>
    typeof child === 'string'
      ? child.split(WITH_UNIT).map((part, i) => (i % 2 === 1 ? <span class="num">{part}</span> : part))
      : child,
  )
}
