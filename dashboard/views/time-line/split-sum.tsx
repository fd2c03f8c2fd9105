import { addUp } from '../../model/add-up.ts'
import { type Split, splitMeanings, splitParts } from '../../model/split.ts'

/** The four parts as a sum that can be checked by hand; also explains the colours. */
export function SplitSum({ split, whole = 'Wall time' }: { readonly split: Split; readonly whole?: string }) {
  const parts = splitParts(split)
  const sum = addUp(parts.map(({ ms }) => ms))
  return (
    <dl class="split-sum">
      {parts.map(({ kind, name, percent, share }, i) => (
        <div
          key={kind}
          class={sum.parts[i] === '0' || percent === 0 ? 'nothing' : undefined}
          title={splitMeanings[kind]}
        >
          <dt>
            <i class={`swatch part-${kind}`} />
            {name}
          </dt>
          <dd>
            {sum.parts[i]} <span class="unit">{sum.unit}</span> <span class="split-percent">{share}</span>
          </dd>
        </div>
      ))}
      <div class="split-whole">
        <dt>{whole}</dt>
        <dd>
          {sum.whole} <span class="unit">{sum.unit}</span>
        </dd>
      </div>
    </dl>
  )
}
