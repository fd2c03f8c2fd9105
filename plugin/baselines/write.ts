import { jsonSteps } from '../formats/json.ts'
import type { Measured } from '../model/diff.ts'
import type { Steps } from '../model/steps.ts'
import { stepwise } from '../steps.ts'
import {
  FORMAT,
  type Head,
  MOST_FILE_BYTES,
  MOST_HEAD_BYTES,
  MOST_PART_BYTES,
  MOST_ROUTES,
  type Part,
  type RouteMeasured,
  sha256Steps,
  VERSION,
} from './form.ts'
import { full } from './full.ts'

export type Routes = AsyncIterable<RouteMeasured> | Iterable<RouteMeasured>

/** So that, together with the first line, a file is not too large. */
const MOST_LINES_BYTES = MOST_FILE_BYTES - MOST_HEAD_BYTES

/** Runs steps, some at a time. */
type DoSteps = <Result>(steps: Steps<Result>) => Promise<Result>

/**
 * Writes a whole baseline. Each route becomes text before the next one is read, so that only one profile is in memory.
 * Throws `FST_PROFILER_BASELINES_FULL` as soon as the baseline is too large.
 */
export async function writeBaseline(
  about: Omit<Head, 'routes'>,
  routes: Routes,
  doSteps: DoSteps = stepwise,
): Promise<Buffer> {
  const tooLarge = (why: string, advice: string) =>
    full(`baseline "${about.name}" is too large: ${why}`, advice)
  const lines: Buffer[] = []
  const parts: Omit<Part, 'from'>[] = []
  let size = 0
  for await (const { route, measured } of routes) {
    if (parts.length === MOST_ROUTES) throw tooLarge(`it has more than ${MOST_ROUTES} routes`, 'save one')
    const line = Buffer.from(`${await doSteps(textSteps(measured))}\n`)
    const bytes = line.length - 1
    if (bytes > MOST_PART_BYTES)
      throw tooLarge(
        `the profile of ${route} takes more than ${MOST_PART_BYTES / 2 ** 20} MiB`,
        'save it within bounds of time or duration, lower "maxRequestsPerRoute", or save another route by itself',
      )
    size += line.length
    if (size > MOST_LINES_BYTES)
      throw tooLarge(`its routes take more than ${MOST_LINES_BYTES / 2 ** 20} MiB`, 'save one of them')
    const { latency, profile } = measured
    const { requests, ownUs } = profile
    const sha256 = await doSteps(sha256Steps(line.subarray(0, bytes)))
    parts.push({ route, requests, ownMs: ownUs / requests / 1000, latency, bytes, sha256 })
    lines.push(line)
  }
  const head = Buffer.from(
    `${JSON.stringify({ format: FORMAT, formatVersion: VERSION, ...about, routes: parts })}\n`,
  )
  if (head.length > MOST_HEAD_BYTES) throw tooLarge('its routes have too long names', 'save one of them')
  return Buffer.concat([head, ...lines])
}

/**
 * Writes the line of a route without what comparisons do not need: source lines, call counts, `across` and the
 * application's root. Digits that make no visible difference are left out.
 */
function* textSteps({ profile, latency, spread }: Measured): Steps<string> {
  const { calls: _, across: __, ...rest } = profile
  const selfUs = yield* mapped(rest.tree.selfUs, (us) => Math.round(us * 100) / 100)
  const slim: Measured = {
    profile: {
      ...rest,
      root: '',
      tree: { ...rest.tree, selfUs },
      lines: { node: [], line: [], samples: [], selfUs: [] },
    },
    latency,
    spread: {
      own: spread.own,
      self: yield* mapped(spread.self, shortened),
      total: yield* mapped(spread.total, shortened),
    },
  }
  return yield* jsonSteps(slim)
}

/** So many numbers take a fraction of a millisecond. */
const NUMBERS_PER_STEP = 1024

function* mapped(values: readonly number[], change: (value: number) => number): Steps<number[]> {
  const changed: number[] = []
  for (const value of values) if (changed.push(change(value)) % NUMBERS_PER_STEP === 0) yield
  return changed
}

function shortened(variance: number): number {
  return Number(variance.toPrecision(6))
}
