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

/**
 * Where the time went, as a bar that is as long for little time as for much: of the others, one slow request would leave
 * slivers. The numbers are in its title and its label.
 */
export function SplitBar({ split }: { readonly split: Split }) {
  const text = splitText(split)
  return (
    <span class="split" role="img" aria-label={text.replaceAll('\n', ', ')} title={text}>
      {splitParts(split).map(
        ({ kind, percent }) =>
          percent > 0 && <i key={kind} class={`part-${kind}`} style={{ flexGrow: percent }} />,
      )}
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
