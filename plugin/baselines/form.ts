import { createHash } from 'node:crypto'
import { cleanText } from '../model/clean.ts'
import { type Course, type CourseBlock, MOST_BLOCKS } from '../model/course.ts'
import type { Latency, Measured } from '../model/diff.ts'
import { type Fields, isFields, listIn, numberIn, textIn } from '../model/fields.ts'
import { BadProfile } from '../model/raw-profile.ts'
import { readProfileSteps } from '../model/read-profile.ts'
import type { Steps } from '../model/steps.ts'
import type { BaselineRoute } from '../model/wire/baselines.ts'
import { isBaselineName } from './name.ts'

/**
 * The first line of a baseline. In memory and in files, a baseline is a line of JSON that says what it is and which
 * routes it has, then a line of JSON per route. So a list reads only first lines, and a comparison one line more.
 *
 * A file may be cut off, damaged, or written by anybody, so everything is checked, including lengths and checksums.
 */
export interface Head {
  readonly name: string
  readonly savedAt: string
  readonly node: string
  /** Version of fastify-profiler. */
  readonly version: string
  readonly commit: string
  readonly routes: readonly Part[]
  /** Course of the run that this was kept from; a baseline that was saved by hand has none. */
  readonly course?: Course
}

/** Orders baselines by when they were saved. */
export function newestSavedFirst(a: Pick<Head, 'savedAt'>, b: Pick<Head, 'savedAt'>): number {
  if (a.savedAt === b.savedAt) return 0
  return a.savedAt < b.savedAt ? 1 : -1
}

/** A route, and the offset and length of its line in bytes, without the line end. */
export interface Part extends Omit<BaselineRoute, 'savedAt'> {
  readonly from: number
  readonly bytes: number
  readonly sha256: string
}

export interface RouteMeasured {
  readonly route: string
  readonly measured: Measured
}

export const FORMAT = 'fastify-profiler-baseline'
export const VERSION = 1
/** Limited because a line is parsed in one go, while the application waits. */
export const MOST_PART_BYTES = 4 * 2 ** 20
export const MOST_HEAD_BYTES = 2 ** 20
export const MOST_ROUTES = 1000
export const MOST_FILE_BYTES = 32 * 2 ** 20
const LINE_END = 10

/** Reads the head from `begin`, the start of the file with at least its first line. Throws `BadProfile`. */
export function readHead(begin: Buffer, size: number): Head {
  const end = begin.indexOf(LINE_END)
  if (end < 0 || end > MOST_HEAD_BYTES) throw new BadProfile('it has no first line')
  const value = parse(begin.subarray(0, end))
  if (value.format !== FORMAT) throw new BadProfile('it is not a baseline')
  if (value.formatVersion !== VERSION) throw new BadProfile('it was written by another version')
  const { name } = value
  if (!isBaselineName(name)) throw new BadProfile('its name is not valid')
  let from = end + 1
  const seen = new Set<string>()
  const routes = listIn(value, 'routes').map((entry): Part => {
    const part = readRoute(entry)
    if (seen.has(part.route)) throw new BadProfile('it has a route twice')
    seen.add(part.route)
    const at = from
    from += part.bytes + 1
    return { ...part, from: at }
  })
  if (routes.length === 0 || routes.length > MOST_ROUTES)
    throw new BadProfile('it has no routes, or too many')
  if (from !== size) throw new BadProfile('it is not as long as it says')
  return {
    name,
    savedAt: shortText(value, 'savedAt', 40),
    node: shortText(value, 'node', 40),
    version: shortText(value, 'version', 40),
    commit: readCommit(value),
    routes,
    ...(value.course !== undefined && { course: readCourse(value.course) }),
  }
}

function readCourse(value: unknown): Course {
  if (!isFields(value)) throw new BadProfile('its course is not an object')
  const blocks = listIn(value, 'blocks')
  if (blocks.length > MOST_BLOCKS) throw new BadProfile('its course is too long')
  return { requests: countIn(value.requests), blocks: blocks.map(readBlock) }
}

function readBlock(value: unknown): CourseBlock | null {
  if (value === null) return null
  if (!isFields(value)) throw new BadProfile('a block of its course is not an object')
  const { meanMs, variance, leastMs } = value
  return {
    meanMs: numberIn(meanMs, 'meanMs'),
    variance: numberIn(variance, 'variance'),
    leastMs: numberIn(leastMs, 'leastMs'),
  }
}

function readRoute(value: unknown): Omit<Part, 'from'> {
  if (!isFields(value)) throw new BadProfile('a route is not an object')
  const bytes = numberIn(value.bytes, 'bytes')
  if (!Number.isInteger(bytes) || bytes > MOST_PART_BYTES) throw new BadProfile('a profile is too large')
  return {
    route: shortText(value, 'route', 4096),
    requests: countIn(value.requests),
    ownMs: numberIn(value.ownMs, 'ownMs'),
    latency: readLatency(value.latency),
    bytes,
    sha256: shortText(value, 'sha256', 64),
  }
}

/** Reads the line of a route, in steps because it can be large. Throws `BadProfile`. */
export function* readPart(line: Buffer, { route, bytes, sha256 }: Part): Steps<Measured> {
  if (line.length !== bytes || (yield* sha256Steps(line)) !== sha256) throw new BadProfile('it is damaged')
  yield
  const value = parse(line)
  yield
  if (!isFields(value.profile) || !isFields(value.spread)) throw new BadProfile('it has no profile')
  const profile = { ...(yield* readProfileSteps(value.profile)), route }
  yield
  if (countIn(profile.requests) === 0) throw new BadProfile('it has no requests')
  const { own, self, total } = value.spread
  const column = (list: unknown) => {
    if (!Array.isArray(list) || list.length !== profile.frames.length)
      throw new BadProfile('its columns differ in length')
    return list.map((one) => numberIn(one, 'a variance'))
  }
  const spread = { own: numberIn(own, 'own'), self: column(self), total: column(total) }
  return { profile, latency: readLatency(value.latency), spread }
}

function readLatency(value: unknown): Latency {
  if (!isFields(value)) throw new BadProfile('it has no latency')
  const ms = (name: keyof Latency) => numberIn(value[name], name)
  return {
    p50Ms: ms('p50Ms'),
    p95Ms: ms('p95Ms'),
    p99Ms: ms('p99Ms'),
    maxMs: ms('maxMs'),
    meanMs: ms('meanMs'),
  }
}

function countIn(value: unknown): number {
  if (Number.isInteger(value)) return numberIn(value, 'a count')
  throw new BadProfile('a count is not a whole number')
}

function readCommit(value: Fields): string {
  const commit = shortText(value, 'commit', 64)
  if (/^[0-9a-f]*$/.test(commit)) return commit
  throw new BadProfile('its commit is not a hash')
}

function shortText(fields: Fields, name: string, most: number): string {
  const text = textIn(fields, name)
  if (text.length <= most) return cleanText(text)
  throw new BadProfile(`${name} is too long`)
}

function parse(line: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(line.toString())
    if (isFields(value)) return value
  } catch {
    // Falls through to the error below.
  }
  throw new BadProfile('it is not complete JSON')
}

/** So many bytes take a fraction of a millisecond. */
const BYTES_PER_STEP = 128 * 1024

export function* sha256Steps(line: Buffer): Steps<string> {
  const hash = createHash('sha256')
  for (let from = 0; from < line.length; from += BYTES_PER_STEP) {
    hash.update(line.subarray(from, from + BYTES_PER_STEP))
    yield
  }
  return hash.digest('hex')
}
