import { useState } from 'preact/hooks'
import type { ExportFormat } from '../../plugin/model/wire/selection.ts'

export interface ExportMenuProps {
  /** Address of the file in a format. */
  readonly href: (format: ExportFormat) => string
  /** The report as Markdown. */
  readonly report: () => Promise<string>
}

const files: readonly (readonly [format: ExportFormat, name: string, opensIn: string])[] = [
  ['cpuprofile', '.cpuprofile', 'Chrome DevTools, VS Code'],
  ['pprof', 'pprof', 'go tool pprof, Pyroscope'],
  ['speedscope', 'speedscope', 'speedscope.app'],
  ['collapsed', 'Collapsed stacks', 'flamegraph.pl, inferno'],
  ['markdown', 'Markdown', 'an issue, a coding agent'],
  ['text', 'Text', 'a terminal'],
  ['json', 'JSON', 'this dashboard, scripts'],
]

const COPY = 'Copy as Markdown'

/** Exports what is shown: as a file for another tool, or as a report to the clipboard. */
export function ExportMenu({ href, report }: ExportMenuProps) {
  const [label, setLabel] = useState(COPY)
  const copy = () => {
    const text = report()
    copyText(text).then(
      () => setLabel('Copied'),
      () =>
        text.then(
          () => setLabel('Could not copy: download it instead'),
          (error: Error) => setLabel(`Could not load it: ${error.message}`),
        ),
    )
  }
  return (
    <div>
      <button type="button" class="button" popovertarget="export">
        Export
      </button>
      <div
        id="export"
        popover="auto"
        role="dialog"
        aria-label="Export"
        class="explain export"
        onToggle={() => setLabel(COPY)}
      >
        <button type="button" class="button" onClick={copy}>
          <span aria-live="polite">{label}</span>
        </button>
        <dl>
          {files.map(([format, name, opensIn]) => (
            <div key={format}>
              <dt>
                <a href={href(format)} download>
                  {name}
                </a>
              </dt>
              <dd>{opensIn}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}

/** Fails if the page has no clipboard, because it came neither from this machine nor over HTTPS. */
async function copyText(text: Promise<string>): Promise<void> {
  // Safari needs the call during the click, while the text may come later.
  const blob = text.then((part) => new Blob([part], { type: 'text/plain' }))
  await Promise.all([blob, navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])])
}
