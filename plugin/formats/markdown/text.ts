import { cleanFile } from '../../model/clean.ts'

/**
 * Text of others as code in a line, whatever stands in it: without line breaks, in more backticks than it has itself.
 * `''` for nothing.
 */
export function code(text: string): string {
  const clean = cleanFile(text)
  if (clean.trim() === '') return ''
  const ticks = '`'.repeat(longestTicks(clean) + 1)
  const edge = /^[` ]|[` ]$/.test(clean) ? ' ' : ''
  return `${ticks}${edge}${clean}${edge}${ticks}`
}

/**
 * A table: header, then rows; columns whose header ends in `:` are of numbers. Cells are Markdown, in which no `|` ends
 * the cell: it is escaped, and the backslashes before it are doubled, so that they escape nothing themselves.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/(\\*)\|/g, '$1$1\\|')).join(' | ')} |`
  return [
    line(header.map((name) => name.replace(/:$/, ''))),
    line(header.map((name) => (name.endsWith(':') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n')
}

/** Lines as they are, in a fence that none of them closes. */
export function block(lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(lines.join('\n')) + 1))
  return [`${fence}text`, ...lines, fence].join('\n')
}

function longestTicks(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, ticks) => Math.max(most, ticks.length), 0)
}
