import type { Frame, FrameKind, Profile } from '../plugin/model/profile.ts'
import type { RequestDetail, RequestSummary } from '../plugin/model/wire/requests.ts'
import type { RouteSummary } from '../plugin/model/wire/routes.ts'
import type { Status } from '../plugin/model/wire/status.ts'

/** Numbers that look random and are the same each time. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `name@file:line`, with `npm:` before the path of a package, `node:` before Node's own and nothing for native. */
export function frameOf(written: string): Frame {
  const at = written.indexOf('@')
  const name = at < 0 ? written : written.slice(0, at)
  const [file, line = '0'] = at < 0 ? [''] : splitLast(written.slice(at + 1))
  const kind = kindOf(name, file)
  const path = file.replace(/^npm:/, 'node_modules/')
  const frame = { name, file: path, line: Number(line), column: kind === 'native' ? 0 : 3, kind }
  return kind === 'package' ? { ...frame, package: packageOf(path) } : frame
}

/** A profile from lines of `a;b;c 123`: the stack and the own time of its last function in microseconds. */
export function profileOf(title: string, stacks: string, requests = 1, intervalUs = 1000): Profile {
  const frames: Frame[] = [{ name: title, file: '', line: 0, column: 0, kind: 'root' }]
  const frameIds = new Map<string, number>()
  const tree = { parent: [-1], frame: [0], selfUs: [0], samples: [0] }
  const children = new Map<string, number>()
  for (const line of stacks.trim().split('\n')) {
    const space = line.lastIndexOf(' ')
    let node = 0
    for (const written of line.slice(0, space).trim().split(';')) {
      let frame = frameIds.get(written)
      if (frame === undefined) {
        frame = frames.push(frameOf(written)) - 1
        frameIds.set(written, frame)
      }
      const key = `${node} ${frame}`
      let child = children.get(key)
      if (child === undefined) {
        child = tree.parent.push(node) - 1
        tree.frame.push(frame)
        tree.selfUs.push(0)
        tree.samples.push(0)
        children.set(key, child)
      }
      node = child
    }
    const us = Number(line.slice(space + 1))
    tree.selfUs[node] += us
    tree.samples[node] += Math.round(us / intervalUs)
  }
  return complete(title, frames, tree, requests, intervalUs)
}

/** A profile of about `nodes` nodes, many functions and deep stacks, as of a large application. */
export function bigProfile(nodes: number, functions = 2500, seed = 1): Profile {
  const random = randomOf(seed)
  const frames: Frame[] = [{ name: 'GET /big', file: '', line: 0, column: 0, kind: 'root' }]
  const kinds: FrameKind[] = ['app', 'package', 'package', 'node', 'native']
  for (let i = 1; i <= functions; i++) {
    const kind = kinds[Math.floor(random() * kinds.length)]
    const where =
      { app: 'lib', package: `node_modules/pkg${i % 40}`, node: 'node:internal' }[kind as 'app'] ?? ''
    const file = where === '' ? '' : `${where}/file${i % 97}.js`
    const frame = { name: `function${i}`, file, line: (i * 7) % 900, column: 3, kind }
    frames.push(kind === 'package' ? { ...frame, package: `pkg${i % 40}` } : frame)
  }
  const tree = { parent: [-1], frame: [0], selfUs: [0], samples: [0] }
  const used = new Set<number>()
  while (tree.parent.length < nodes) {
    // Near the newest node, so that stacks get deep; sometimes far, so that rows get wide.
    const size = tree.parent.length
    const reach = random() < 0.85 ? Math.min(size, 60) : size
    const parent = size - 1 - Math.floor(random() * reach)
    const frame = 1 + Math.floor(random() ** 2 * functions)
    const key = parent * (functions + 1) + frame
    if (used.has(key)) continue
    used.add(key)
    const hits = random() < 0.6 ? 1 + Math.floor(random() ** 8 * 40) : 0
    tree.parent.push(parent)
    tree.frame.push(Math.min(frame, functions))
    tree.selfUs.push(hits * 1000)
    tree.samples.push(hits)
  }
  return complete('GET /big', frames, tree, 100, 1000)
}

export function statusOf(change: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    node: 'v24.21.0',
    sampler: {
      name: 'inspector',
      reason: 'Node 24: measured soundest and cheapest here',
      intervalUs: 1000,
      achievedIntervalUs: 1084,
      state: 'running',
      restarts: 0,
    },
    recording: true,
    startedAt: '2026-03-04T09:12:44.000Z',
    clearedAt: '',
    memory: { bytes: 13_002_342, limit: 67_108_864 },
    counts: { requests: 0, inFlight: 2, routes: 0, samples: 0, dropped: 12, evicted: 11_642 },
    accounting: { requestsMs: 0, otherMs: 812.4, gcMs: 402.1, idleMs: 96_480.2, recordedMs: 0 },
    overhead: { totalMs: 412.8, share: 0.0031, longestMs: 2.4, segments: 181 },
    problem: '',
    calls: null,
    baselines: { count: 0, bytes: 0, ignored: 0, problem: '' },
    ...change,
  }
}

export function emptyRoute(method: string, url: string): RouteSummary {
  return {
    route: `${method} ${url}`,
    method,
    url,
    count: 0,
    errors: 0,
    latency: { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0, meanMs: 0 },
    own: { totalMs: 0, meanMs: 0, p95Ms: 0 },
    blocked: { totalMs: 0, meanMs: 0 },
    gc: { totalMs: 0, meanMs: 0 },
    waiting: { meanMs: 0 },
    causedMs: 0,
    longestBlockMs: 0,
    longestBlock: null,
    awaitedMs: 0,
    longestAwaited: null,
    queuedMs: 0,
    longestQueued: null,
    samples: 0,
    recentMs: [],
  }
}

export function summaryOf(request: RequestDetail): RequestSummary {
  const {
    afterMs: _1,
    blockedBy: _2,
    queuedBehind: _3,
    slices: _4,
    waits: _5,
    phases: _6,
    ...summary
  } = request
  return summary
}

function complete(
  title: string,
  frames: Frame[],
  tree: Profile['tree'],
  requests: number,
  intervalUs: number,
): Profile {
  const samples = tree.samples.reduce((a, b) => a + b, 0)
  const ownUs = tree.selfUs.reduce((a, b) => a + b, 0)
  const times = { startedAt: '2026-03-04T09:12:44.000Z', endedAt: '2026-03-04T09:14:44.000Z' }
  return {
    version: 1,
    title,
    requests,
    samples,
    ownUs,
    intervalUs,
    ...times,
    root: '/srv/app',
    frames,
    tree,
    lines: fakeLines(frames, tree),
  }
}

/** Most of the time of each function is two lines below its first, some of it further down, and some nowhere. */
export function fakeLines(frames: readonly Frame[], tree: Profile['tree']): Profile['lines'] {
  const lines = {
    node: [] as number[],
    line: [] as number[],
    samples: [] as number[],
    selfUs: [] as number[],
  }
  tree.frame.forEach((frame, node) => {
    const { line, kind } = frames[frame]
    if (line === 0 || kind === 'node' || tree.samples[node] < 10) return
    for (const [below, share] of [
      [2, 0.6],
      [5, 0.3],
    ]) {
      lines.node.push(node)
      lines.line.push(line + below)
      lines.samples.push(Math.floor(tree.samples[node] * share))
      lines.selfUs.push(tree.selfUs[node] * share)
    }
  })
  return lines
}

function splitLast(place: string): [string, string?] {
  const colon = place.lastIndexOf(':')
  const line = place.slice(colon + 1)
  return colon >= 0 && /^\d+$/.test(line) ? [place.slice(0, colon), line] : [place]
}

function kindOf(name: string, file: string): FrameKind {
  if (file.startsWith('npm:')) return 'package'
  if (file.startsWith('node:')) return 'node'
  if (/^\((garbage|program|not sampled)/.test(name)) return 'system'
  return file === '' ? 'native' : 'app'
}

function packageOf(path: string): string {
  const parts = path.split('/').slice(1)
  return parts[0].startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0]
}
