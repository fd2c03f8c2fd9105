import type { SourceAnswer } from '../plugin/model/wire/source.ts'

/** A file of some length with a bit of everything that has a colour, and what is hostile in it. */
export function fakeSource(file: string, lines = 400): SourceAnswer {
  const block = [
    '/** Groups rows by key. */',
    'export function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {',
    '  const groups = new Map<string, Row[]>()',
    '  for (const row of rows) {',
    `    const key = \`\${keyOf(row)}:\${rows.length}\` // </script><img src=x onerror=alert(1)>`,
    "    if (/^a+$/.test(key) && key !== 'b') groups.set(key, [...(groups.get(key) ?? []), row])",
    '    else if (0x10 > 7) throw new Error("<img src=x onerror=alert(1)>")',
    '  }',
    '  return groups',
    '}',
    '',
  ]
  const text = Array.from({ length: lines }, (_, i) => block[i % block.length]).join('\n')
  return {
    file,
    text: `${text}\n`,
    changed: false,
    selfMs: 0,
    lines: [],
    functions: [],
    editor: { name: 'VS Code', url: `vscode://file/srv/app/${file}:{line}:{column}` },
  }
}
