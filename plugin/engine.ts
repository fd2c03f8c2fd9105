import { createActivity } from './activity.ts'
import { type Batch, createBacklog } from './attribution/backlog.ts'
import { createBlame } from './attribution/blame.ts'
import { culpritLabel, noteBlock, noteQueue } from './attribution/blocks.ts'
import { createCollections, disjoint } from './attribution/collections.ts'
import { type Account, createAttribution } from './attribution/index.ts'
import { type LiveSplit, splitNow, unbroken } from './attribution/live-split.ts'
import { nowUs } from './clock.ts'
import type { Steps } from './model/steps.ts'
import type { SamplerName, Status } from './model/wire/status.ts'
import { createOverhead } from './overhead.ts'
import type { RequestRecord, Sampled } from './requests/record.ts'
import { createSampler } from './sampler/index.ts'
import { createPace } from './sampler/pace.ts'
import { createSampling } from './sampler/sampling.ts'
import type { Segment } from './sampler/segment.ts'
import { afterTurns, clearTimeout, nextTurn, setTimeout } from './timers.ts'
import { noteArrival } from './tracker/arrivals.ts'
import { createTracker, type Tracker } from './tracker/index.ts'
import { noteLetOn } from './tracker/let-on.ts'
import { NOBODY, Timeline } from './tracker/timeline.ts'
import {
  connections,
  dueUs,
  isWaitedFor,
  repeats,
  resourceKinds,
  resourceTarget,
} from './tracker/wait-targets.ts'
import { addWait, createWaits } from './tracker/waits.ts'
import { createTroubles } from './troubles.ts'

/**
 * Turns the crank for the whole process: sampler and switch log run together, are rotated together, and are joined
 * as soon as the garbage collections of that time are known. V8 samples the thread, not the application, so all
 * recorders of a process share one engine.
 */
export interface Engine {
  readonly tracker: Tracker<RequestRecord>
  /** Records for `client` from now on. */
  attach(client: EngineClient): void
  /** Stops recording for `client`; what is pending still reaches it. */
  detach(client: EngineClient): void
  /** A request begins: wakes whatever rests. */
  wake(): void
  /** How a request that has its turn now spent its time so far. */
  splitNow(record: RequestRecord): LiveSplit | undefined
  /** The profiler held the event loop from `beganUs` until now: part of its overhead. */
  spent(beganUs: number): void
  /** Does what is done for one application, and notes what goes wrong there: it is no loss for the others. */
  carefully(work: () => Steps<void>): Steps<void>
  /** Everything up to now is attributed when it resolves; to the time up to which it is. */
  flush(): Promise<number>
  status(): Pick<Status, 'sampler' | 'overhead' | 'problem'>
}

export interface EngineClient {
  /** Where the work of no request goes that is attributed next, and was recorded between these times. */
  background(startUs: number, endUs: number): Sampled
  /** Time up to `endUs` is attributed; `account` says what it went to. What that entails may be done bit by bit. */
  attributed(account: Account, endUs: number): Steps<void>
  /** Requests that are open, or whose last turns are not attributed yet. While there are any the engine does not rest. */
  openRequests(): number
  isOwn(url: string): boolean
  /** One line for the log. */
  warn(message: string): void
}

/** A tenth of a millisecond of work. */
const ENTRIES_AT_ONCE = 50

export function createEngine(wanted: 'auto' | SamplerName, intervalUs: number): Engine {
  const { sampler, reason } = createSampler(wanted, intervalUs)
  const troubles = createTroubles((message) => {
    for (const client of new Set([...clients, ...told])) client.warn(message)
  })
  const sampling = createSampling(sampler, troubles)
  const pace = createPace()
  const activity = createActivity(sampler.coldWake)
  const overhead = createOverhead()
  const timeline: Timeline<RequestRecord> = new Timeline(turn)
  const tracker = createTracker<RequestRecord>(timeline, {
    types: resourceKinds,
    shared: connections,
    ended: (owner) => owner.endUs >= 0,
    called(owner, type, resource, madeUs) {
      const kind = resourceKinds.get(type) ?? 'addon'
      if (!mayHaveWaited(owner, madeUs) || (kind === 'timer' && !isWaitedFor(resource))) return false
      addWait(owner, kind, resourceTarget(kind, type, resource), madeUs)
      return kind === 'timer' && repeats(resource)
    },
    dueUs,
    left(owner, us) {
      owner.leftUs = us
    },
    woken: noteArrival,
    canHold: (by, { leftUs }) => by.endUs < 0 || by.endUs > leftUs,
    letOn(owner, by, us, turnUs) {
      const { id, startUs, stats, recorder } = by
      const waits = recorder === owner.recorder ? by.waits : undefined
      noteLetOn(owner, { id, startUs, route: culpritLabel(stats, owner), waits }, us, turnUs)
    },
  })
  const waits = createWaits(() => tracker.current())
  const collections = createCollections()
  const blame = createBlame(noteBlock, noteQueue)
  const clients = new Set<EngineClient>()
  /** Whom the newest batch is for; they may have left since. */
  let told: readonly EngineClient[] = []
  const backlog = createBacklog({
    attribute: attributeBatch,
    hurries: () => clients.size === 0,
    emptied: restIfIdle,
    spent: overhead.spent,
    failed: (error) => troubles.note(error, 'what a short time went to is lost'),
    outside: (fn) => tracker.outside(fn),
  })
  let timer: NodeJS.Timeout | undefined
  let awake = false
  const sampled = { busyUs: 0, count: 0 }

  function wake(): void {
    if (clients.size === 0) return
    activity.requested()
    if (awake && sampling.running) return
    const began = nowUs()
    timeline.expect(undefined)
    // The request that wakes it has waited for that.
    if (!awake) timeline.restart(began)
    wakeSampler()
    if (!awake) {
      awake = true
      if (timer === undefined) setTimer()
      tracker.outside(collections.start)
      tracker.start()
      waits.start()
    }
    overhead.spent(began)
  }

  function wakeSampler(): void {
    const began = nowUs()
    tracker.outside(sampling.start)
    activity.woke(nowUs() - began)
  }

  /** A request that waited for long goes on: what waking the sampler takes is no part of its turn. */
  function wakeFor(record: RequestRecord): void {
    if (record.endUs >= 0) return
    timeline.expect(undefined)
    if (sampling.running) return
    activity.requested()
    const began = nowUs()
    timeline.push(began, NOBODY)
    wakeSampler()
    overhead.spent(began)
    timeline.push(nowUs(), NOBODY)
  }

  /** Ends a segment and the switch log of the same time. Cheap: both are read later. */
  function turn(): void {
    told = [...clients]
    const began = nowUs()
    const capture = sampling.turn()
    if (capture !== undefined) {
      overhead.turned()
      pace.took(nowUs() - began)
    }
    const slices = timeline.drain(nowUs())
    overhead.spent(began)
    backlog.add(told, slices, capture)
  }

  function* attributeBatch(batch: Batch<EngineClient>): Steps<void> {
    const { slices, capture, clients: all } = batch
    const isOwn = (url: string) => all.some((client) => client.isOwn(url))
    const segment = capture && (yield* sampling.read(capture))
    yield
    batch.collections = collections.take(slices.endUs)
    const background = all.map((client) => client.background(slices.timeUs[0], slices.endUs))
    batch.attribution = createAttribution(
      slices,
      batch.collections,
      segment,
      intervalUs,
      isOwn,
      blame,
      background,
    )
    while (batch.attribution.advance(ENTRIES_AT_ONCE)) yield
    const { account } = batch.attribution
    overhead.recorded(account.recordedUs)
    const busyUs = account.recordedUs - account.idleUs
    if (segment !== undefined) {
      sampled.busyUs += busyUs
      sampled.count += countBusy(segment)
      sampling.judge(segment, busyUs)
    }
    if (activity.attributed(account, slices.endUs) && awake) sampling.start()
    for (const client of all) yield* carefully(() => client.attributed(account, slices.endUs))
  }

  function* carefully(work: () => Steps<void>): Steps<void> {
    try {
      yield* work()
    } catch (error) {
      troubles.note(error, 'requests that have ended may not be told of')
    }
  }

  function tick(): void {
    timer = undefined
    if (!awake) return
    setTimer()
    turn()
  }

  function setTimer(): void {
    timer = tracker.outside(() => setTimeout(tick, pace.ms).unref())
  }

  /** When all is attributed, or a request that came just now would be put to rest with the sampler. */
  function restIfIdle(): void {
    if (!activity.isIdle() || !awake) return
    // A request that waits for long, or an open event stream, is still followed, and its next turn wakes the sampler.
    const began = nowUs()
    sampling.rest()
    overhead.spent(began)
    timeline.expect(wakeFor)
    if ([...clients].some((client) => client.openRequests() > 0)) return
    awake = false
    tracker.stop()
    waits.stop()
    collections.stop()
  }

  async function flush(): Promise<number> {
    // Responses that the caller has seen may have their ends to come: `finish`, then `close` a tick later.
    await nextTurn()
    await nextTurn()
    if (awake) turn()
    const untilUs = nowUs()
    await backlog.flush()
    return untilUs
  }

  return {
    tracker,
    wake,
    splitNow(record) {
      // Recording has stopped in the middle of it.
      if (!awake) return undefined
      const now = nowUs()
      if (timeline.holder === record && timeline.lastUs === record.startUs) return unbroken(record, now)
      const parts = backlog.parts()
      parts.push({ slices: timeline.view(now), from: 0 })
      const taken = backlog.collections()
      const untaken = collections.untaken()
      const collected = taken.length === 0 ? untaken : disjoint([...taken, ...untaken])
      return splitNow(record, blame.gapOf(record), parts, collected, now)
    },
    spent: overhead.spent,
    carefully,
    flush,
    attach(client) {
      if (awake) turn()
      clients.add(client)
      wake()
    },
    detach(client) {
      if (!clients.has(client)) return
      if (awake) turn()
      clients.delete(client)
      if (clients.size > 0) return
      clearTimeout(timer)
      timer = undefined
      if (awake) waits.stop()
      awake = false
      sampling.stop()
      tracker.stop()
      afterTurns(4, () => {
        if (clients.size === 0) collections.stop()
      })
    },
    status() {
      return {
        sampler: {
          name: sampler.name,
          reason,
          intervalUs: sampler.intervalUs,
          achievedIntervalUs: sampled.count === 0 ? 0 : Math.round(sampled.busyUs / sampled.count),
          state: clients.size === 0 ? 'stopped' : sampling.state,
          restarts: sampling.restarts,
        },
        overhead: overhead.status(),
        problem: troubles.last,
      }
    },
  }
}

/** A request that was cut short waited to its end for what was open then; one that was answered had no need of that. */
function mayHaveWaited({ endUs, outcome, gone }: RequestRecord, madeUs: number): boolean {
  if (endUs < 0) return true
  return madeUs < endUs && !gone && (outcome === 'aborted' || outcome === 'timedOut')
}

/** Samples that were not taken while the thread slept. */
function countBusy(segment: Segment): number {
  const idle = segment.frames.findIndex((frame) => frame.state === 'idle')
  let count = 0
  for (const node of segment.samples.node) if (segment.nodes.frame[node] !== idle) count++
  return count
}
