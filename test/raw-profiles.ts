import type { RawNode, RawProfile } from '../plugin/model/raw-profile.ts'

/**
 * The profile V8 would give in the form of a `.cpuprofile`. A line for each node, indented below its caller:
 * `name url:line:column`, then `line*count` for its samples per line. Ids are 1, 2, 3 from above.
 */
export function fileProfile(tree: string, samples: string, startTime = 0): RawProfile {
  const nodes: (RawNode & { children: number[] })[] = []
  const open: { indent: number; children: number[] }[] = []
  for (const text of tree.split('\n').filter((row) => row.trim() !== '')) {
    const indent = text.length - text.trimStart().length
    const [functionName, place = '', ...counts] = text.trim().split(' ')
    const [, url = '', line = '0', column = '0'] = /^(.*):(\d+):(\d+)$/.exec(place) ?? []
    const positionTicks = counts.map((count) => {
      const [at, ticks] = count.split('*').map(Number)
      return { line: at, ticks }
    })
    const callFrame = { functionName, url, lineNumber: Number(line) - 1, columnNumber: Number(column) - 1 }
    const node = { id: nodes.length + 1, callFrame, children: [], positionTicks }
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop()
    open.at(-1)?.children.push(node.id)
    open.push({ indent, children: node.children })
    nodes.push(node)
  }
  const taken = samples.trim().split(/\s+/)
  const times = taken.map((sample) => Number(sample.split('=')[0]))
  return {
    nodes,
    startTime,
    samples: taken.map((sample) => Number(sample.split('=')[1])),
    timeDeltas: times.map((time, i) => time - (times[i - 1] ?? 0)),
  }
}

/** The same in the form of v8-profiler-next. */
export function addonProfile(profile: RawProfile): RawProfile {
  const nodes = profile.nodes.map(({ positionTicks, callFrame, ...node }) => ({
    ...node,
    callFrame: {
      ...callFrame,
      lineNumber: callFrame.lineNumber + 1,
      columnNumber: callFrame.columnNumber + 1,
      lineTicks: positionTicks?.map(({ line, ticks }) => ({ line, hitCount: ticks })),
    },
  }))
  return { ...profile, nodes }
}

/** The text of `v8.startCpuProfile`: V8's order of keys, names and URLs as they are. */
export function v8Text(
  names: readonly { name: string; url: string }[],
  escaped = (text: string) => text,
): string {
  const nodes = names.map(({ name, url }, i) => {
    const frame = `"functionName":"${escaped(name)}","lineNumber":${i},"columnNumber":-1,"scriptId":${i - 1},"url":"${escaped(url)}"`
    const children = i + 1 < names.length ? `,"children":[${i + 2}]` : ''
    const ticks = i % 2 === 0 ? '' : ',"positionTicks":[{"line":7,"ticks":2}]'
    return `{"id":${i + 1},"hitCount":0,"callFrame":{${frame}}${children}${ticks}}`
  })
  return `{"nodes":[${nodes.join(',')}],"startTime":1,"endTime":9,"samples":[1,1],"timeDeltas":[3,4]}`
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
