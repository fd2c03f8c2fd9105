import { cleanFile } from '../../model/clean.ts'

/**
 * Writes text from outside as inline code, whatever it contains: without line breaks, and in more backticks than it has
 * itself. Blank text becomes `''`.
 */
export function code(text: string): string {
  const clean = cleanFile(text)
  if (clean.trim() === '') return ''
  const ticks = '`'.repeat(longestTicks(clean) + 1)
  const edge = /^[` ]|[` ]$/.test(clean) ? ' ' : ''
  return `${ticks}${edge}${clean}${edge}${ticks}`
}

/**
 * Writes a table; columns whose header ends in `:` are numbers. Cells are Markdown in which `|` does not end the cell:
 * it is escaped, and backslashes before it are doubled, so that they do not escape anything themselves.
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

/** Writes lines unchanged, in a code fence that none of them closes. */
export function block(lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestTicks(lines.join('\n')) + 1))
  return [`${fence}text`, ...lines, fence].join('\n')
}

function longestTicks(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, ticks) => Math.max(most, ticks.length), 0)
}
