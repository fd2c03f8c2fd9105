import type { Frame } from '../../../plugin/model/profile.ts'
import type { SourceAnswer } from '../../../plugin/model/wire/source.ts'
import type { Tokens } from '../../model/code.ts'
import { type CodeCosts, editorLink } from '../../model/code-rows.ts'
import { durationText, plural } from '../../model/format.ts'
import { Message, Skeleton } from '../states.tsx'
import { CodeTable } from './code-table.tsx'

export interface SourcePanelProps {
  readonly frame: Frame
  /** Why there is nothing to load; `''` if there is. */
  readonly without: string
  /** Undefined while it is loading. */
  readonly source: SourceAnswer | undefined
  readonly error: string | undefined
  readonly costs: CodeCosts
  readonly tokens: Tokens
  /** The line to bring into view; 1-based. */
  readonly line: number
  /** How often the line was asked for. */
  readonly asked: number
  readonly ownMs: number
  readonly onReload: () => void
  /** Goes to the next line in order of cost, or to the one before. */
  readonly onHot: (step: 1 | -1) => void
}

/** The source of a function, with what each line cost. */
export function SourcePanel(props: SourcePanelProps) {
  const { frame, source, costs, line, onHot } = props
  const hot = costs.hottest.indexOf(line)
  return (
    <section class="panel source-panel" aria-labelledby="source-title">
      <header class="panel-head">
        <h2 id="source-title">Source</h2>
        <p class="muted source-file">{frame.file}</p>
        <div class="panel-tools">
          {source !== undefined && costs.hottest.length > 0 && (
            <div class="hot-steps">
              <button
                type="button"
                class="button"
                onClick={() => onHot(-1)}
                aria-label="Previous hot line"
                title="Previous hot line (N)"
              >
                ‹
              </button>
              <p role="status">
                {hot < 0
                  ? plural(costs.hottest.length, 'line with a cost', 'lines with a cost')
                  : `line ${line}: ${hot === 0 ? 'the hottest' : `no. ${hot + 1}`} of ${costs.hottest.length}`}
              </p>
              <button
                type="button"
                class="button"
                onClick={() => onHot(1)}
                aria-label="Next hot line"
                title="Next hot line (n)"
              >
                ›
              </button>
            </div>
          )}
          {source?.editor && <EditorButton editor={source.editor} frame={frame} line={line} />}
        </div>
      </header>
      {source !== undefined && <Notes source={source} costs={costs} />}
      <Body {...props} />
    </section>
  )
}

function EditorButton(props: {
  readonly editor: NonNullable<SourceAnswer['editor']>
  readonly frame: Frame
  readonly line: number
}) {
  const { editor, frame, line } = props
  const href = editorLink(editor.url, line, line === frame.line ? frame.column : 1)
  return (
    <a class="button" href={href} target={/^https?:/.test(href) ? '_blank' : undefined} rel="noreferrer">
      Open in {editor.name}
    </a>
  )
}

/** Smaller amounts are rounding errors of sums. */
const LEAST_SHOWN_MS = 0.001

/** What one should know before trusting the numbers. */
function Notes({ source, costs }: { readonly source: SourceAnswer; readonly costs: CodeCosts }) {
  return (
    <>
      {source.changed && (
        <p class="source-note warn">
          The file has changed since its code was loaded: lines may have moved. Restart the application.
        </p>
      )}
      {costs.unplacedMs >= LEAST_SHOWN_MS && (
        <p class="source-note">
          {durationText(costs.unplacedMs)} of this file cannot be placed: V8 or the source map does not tell
          the line. It counts in the functions’ own time.
        </p>
      )}
    </>
  )
}

function Body({ without, source, error, costs, tokens, line, asked, ownMs, onReload }: SourcePanelProps) {
  if (without !== '') {
    return (
      <Message part title="No source to show">
        <p>{without}</p>
      </Message>
    )
  }
  if (source !== undefined) {
    return <CodeTable file={source.file} text={source.text} {...{ costs, tokens, line, asked, ownMs }} />
  }
  if (error === undefined) return <Skeleton rows={12} label="Loading the source" />
  return (
    <Message part title="No source to show" action={{ label: 'Try again', onClick: onReload }}>
      <p>{error}</p>
    </Message>
  )
}
