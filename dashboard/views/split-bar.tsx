import type { ComponentChildren } from 'preact'
import {
  type Split,
  type SplitKind,
  splitMeanings,
  splitNames,
  splitParts,
  splitText,
} from '../model/split.ts'

const kinds = Object.keys(splitNames) as SplitKind[]

export interface SplitBarProps {
  readonly split: Split
  /** Length of the bar, 0 to 1. */
  readonly length?: number
}

/** Where the time went, as a bar; the numbers are in its title and its label. */
export function SplitBar({ split, length = 1 }: SplitBarProps) {
  const text = splitText(split)
  return (
    <span class="split" role="img" aria-label={text.replaceAll('\n', ', ')} title={text}>
      <span class="split-all" style={{ width: `${length * 100}%` }}>
        {splitParts(split).map(
          ({ kind, percent }) =>
            percent > 0 && <i key={kind} class={`part-${kind}`} style={{ flexGrow: percent }} />,
        )}
      </span>
    </span>
  )
}

/** Explains the four colours; children explain further marks of a picture. */
export function SplitLegend({ children }: { readonly children?: ComponentChildren }) {
  return (
    <ul class="split-legend" aria-label="Where the time goes">
      {kinds.map((kind) => (
        <li key={kind} title={splitMeanings[kind]}>
          <i class={`swatch part-${kind}`} />
          {splitNames[kind]}
        </li>
      ))}
      {children}
    </ul>
  )
}
