import type { ComponentChildren } from 'preact'
import type { Status } from '../../plugin/model/wire/status.ts'
import { bytesText, count, durationText, percentText, plural } from '../model/format.ts'
import { dated } from '../model/when.ts'
import { Accounting } from './accounting.tsx'
import { Prose } from './num.tsx'

/** What went wrong, where the recorded time went, and facts about the profiler. */
export function StatusDetails({ status }: { readonly status: Status }) {
  const problems = [status.problem, status.baselines.problem].filter((problem) => problem !== '')
  return (
    <>
      {problems.map((problem) => (
        <p class="problem">{problem}</p>
      ))}
      <Accounting accounting={status.accounting} />
      <Facts status={status} />
    </>
  )
}

function Facts({ status }: { readonly status: Status }) {
  const { sampler, memory, counts, overhead } = status
  const now = Date.now()
  return (
    <dl class="facts">
      <Fact name="Sampler" note={sampler.reason}>
        {sampler.name}, {sampler.state}
        {sampler.restarts > 0 && `, restarted ${plural(sampler.restarts, 'time')}`}
      </Fact>
      <Fact name="Interval" note={`achieved; ${durationText(sampler.intervalUs / 1000)} requested`}>
        {sampler.achievedIntervalUs > 0 ? durationText(sampler.achievedIntervalUs / 1000) : '–'}
      </Fact>
      <Fact
        name="Overhead"
        note={`${durationText(overhead.totalMs)} for taking and reading samples, ${percentText(overhead.share)} of the recorded time, at most ${durationText(overhead.longestMs)} at a stretch. Hooks are part of your requests.`}
      >
        {counts.requests > 0 ? durationText(overhead.totalMs / counts.requests) : '–'} per request
      </Fact>
      <Fact name="Memory" note={`${percentText(memory.bytes / memory.limit)} of the limit`}>
        {bytesText(memory.bytes)} of {bytesText(memory.limit)}
        <span class="stack" aria-hidden="true">
          <i class="part-own" style={{ width: `${Math.min(1, memory.bytes / memory.limit) * 100}%` }} />
          <i class="part-idle" style={{ flexGrow: 1 }} />
        </span>
      </Fact>
      <Fact
        name="Requests"
        note={`${count(counts.inFlight)} open, details of ${count(counts.evicted)} dropped`}
      >
        {count(counts.requests)}
      </Fact>
      <Fact name="Samples" note={`${count(counts.dropped)} lost (${percentText(lostShare(counts))})`}>
        {count(counts.samples)}
      </Fact>
      {status.calls !== null && <CallsFact calls={status.calls} />}
      <Fact name="Since" note={`fastify-profiler ${status.version}, Node.js ${status.node}`}>
        {dated(status.startedAt, now)}
        {status.clearedAt !== '' && `, with what was cleared at ${dated(status.clearedAt, now)}`}
      </Fact>
    </dl>
  )
}

function CallsFact({ calls }: { readonly calls: NonNullable<Status['calls']> }) {
  const { counting, problem, requests, others, spentMs, full } = calls
  const note =
    problem || `${durationText(spentMs)} for reading counters. V8 does not optimise code while it counts.`
  return (
    <Fact name="Calls" note={full ? `${note} No room for some functions.` : note}>
      {counting ? 'counted' : 'not counted now'}, {count(requests)} of {plural(requests + others, 'request')}
    </Fact>
  )
}

function lostShare({ samples, dropped }: Status['counts']): number {
  return dropped === 0 ? 0 : dropped / (samples + dropped)
}

interface FactProps {
  readonly name: string
  readonly note: string
  readonly children: ComponentChildren
}

function Fact({ name, note, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        <small>
          <Prose>{note}</Prose>
        </small>
      </dd>
    </div>
  )
}
