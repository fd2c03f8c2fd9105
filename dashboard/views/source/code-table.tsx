import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useMemo } from 'preact/hooks'
import { lineBounds, pieces, type Tokens } from '../../model/code.ts'
import type { CodeCosts } from '../../model/code-rows.ts'
import { durationText, percentText } from '../../model/format.ts'
import { visibleRows } from '../../model/window.ts'
import { Bar } from '../bar.tsx'
import { Ms, Percent } from '../num.tsx'
import { useScroll } from '../use-scroll.ts'

export interface CodeTableProps {
  readonly file: string
  readonly text: string
  readonly costs: CodeCosts
  readonly tokens: Tokens
  readonly line: number
  /** The line is brought into view whenever this number changes. */
  readonly asked: number
  readonly ownMs: number
}

/** Height of a line; the style sheet's `--code-row`. */
const ROW_HEIGHT = 20

/** Code with its own scroll bar. Only the lines on the screen exist. */
export function CodeTable({ file, text, costs, tokens, line, asked, ownMs }: CodeTableProps) {
  const starts = useMemo(() => lineBounds(text), [text])
  const count = starts.length - 1
  const { scroller, view } = useScroll()
  useLayoutEffect(() => {
    const element = scroller.current!
    element.scrollTop = (line - 0.5) * ROW_HEIGHT - element.clientHeight / 2
  }, [text, line, asked])

  const { first, last } = visibleRows(view.top, view.height, ROW_HEIGHT, count)
  const rows: ComponentChildren[] = []
  for (let n = first + 1; n <= last; n++) {
    rows.push(
      <tr key={n} aria-rowindex={n + 1} class={n === line ? 'code-line active' : 'code-line'}>
        <Gutter n={n} costs={costs} ownMs={ownMs} />
        <td>
          {pieces(text, starts, tokens, n).map(({ kind, text: part }) =>
            kind === 'plain' ? part : <span class={`token-${kind}`}>{part}</span>,
          )}
        </td>
      </tr>,
    )
  }
  // Margins take the place of the lines that do not exist.
  const space = { marginTop: `${first * ROW_HEIGHT}px`, marginBottom: `${(count - last) * ROW_HEIGHT}px` }
  // What scrolls must be reachable by keyboard.
  const attributes = { tabIndex: 0, role: 'group', 'aria-label': `Source of ${file}` } as const
  return (
    <div class="code-scroller" ref={scroller} {...attributes}>
      <table class="code" style={space} aria-rowcount={count + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="gutter">
              <div class="costs">
                <span>Line</span>
                <span title="CPU in the line itself">Self</span>
                <span title="Of the function that begins in the line, with all it called. V8 does not tell from which line a call was made, so lines have no total of their own. Where V8 has inlined a function, some of its time can count for its caller: then its lines add up to more than this.">
                  Total of function
                </span>
              </div>
            </th>
            <th scope="col">
              <span class="hidden">Code</span>
            </th>
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    </div>
  )
}

interface GutterProps {
  readonly n: number
  readonly costs: CodeCosts
  readonly ownMs: number
}

function Gutter({ n, costs, ownMs }: GutterProps) {
  const cost = costs.line.get(n)
  return (
    <th scope="row" class="gutter">
      <div class="costs">
        <span class="code-number">{n}</span>
        <span class="own">
          {cost !== undefined && (
            <>
              <Ms ms={cost.selfMs} /> <Percent share={cost.selfMs / ownMs} />
              <Bar value={cost.selfMs} most={costs.mostMs} />
            </>
          )}
        </span>
        <FunctionTotal n={n} costs={costs} ownMs={ownMs} />
      </div>
    </th>
  )
}

function FunctionTotal({ n, costs, ownMs }: GutterProps) {
  const functions = costs.functions.get(n)
  if (functions === undefined) return <span />
  const title = functions.map(
    ({ name, selfMs, totalMs }) =>
      `${name}: total ${durationText(totalMs)}, ${percentText(totalMs / ownMs)}; self ${durationText(selfMs)}`,
  )
  const most = Math.max(...functions.map(({ totalMs }) => totalMs))
  return (
    <span class="code-total" title={title.join('\n')}>
      <span aria-hidden="true">ƒ</span> <Ms ms={most} />
    </span>
  )
}
