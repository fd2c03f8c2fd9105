// Converts a profile from JSON to pprof, for a viewer that reads nothing else.

import { readFileSync, writeFileSync } from 'node:fs'
import { Function as Fn, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format'

const [from, to] = process.argv.slice(2)
const { frames, tree } = JSON.parse(readFileSync(from, 'utf8'))
const strings = new StringTable()
const type = new ValueType({ type: strings.dedup('cpu'), unit: strings.dedup('microseconds') })
const functions = frames.map(
  ({ name, file, line }, i) =>
    new Fn({ id: i + 1, name: strings.dedup(name), filename: strings.dedup(file), startLine: line }),
)
const location = functions.map(
  (_, i) => new Location({ id: i + 1, line: [new Line({ functionId: i + 1, line: 1 })] }),
)
const sample = []
for (let node = 1; node < tree.parent.length; node++) {
  if (tree.selfUs[node] <= 0) continue
  const locationId = []
  for (let at = node; at > 0; at = tree.parent[at]) locationId.push(tree.frame[at] + 1)
  sample.push(new Sample({ locationId, value: [tree.selfUs[node]] }))
}
const profile = new Profile({
  sampleType: [type],
  sample,
  location,
  function: functions,
  stringTable: strings,
  periodType: type,
  period: 1000,
})
writeFileSync(to, profile.encode())
