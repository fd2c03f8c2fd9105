import type { ComponentChildren } from 'preact'
import type { Column, Profile } from '../../plugin/model/profile.ts'
import type { RequestDetail } from '../../plugin/model/wire/requests.ts'
import type { Culprit, RouteSummary } from '../../plugin/model/wire/routes.ts'
import { count } from '../model/format.ts'
import type { Imported } from '../model/import/imported.ts'
import { writeLocation } from '../model/location.ts'
import { allAfterOfRoute } from '../model/split.ts'
import { dated } from '../model/when.ts'
import { memo } from './memo.ts'
import { AT_MOST, Ms } from './num.tsx'

/** Hidden, these keep the place of numbers that are awaited: as wide as numbers mostly are. */
const likelyMs = { totalMs: 100, meanMs: 100, p50Ms: 100, p95Ms: 100, p99Ms: 100, maxMs: 100 }
const likelyTimes = { latency: likelyMs, own: likelyMs, gc: likelyMs, causedMs: 0, queuedMs: 0, awaitedMs: 0 }
const likelyRoute = { ...likelyTimes, count: 100, errors: 0 }
const likelyRequest = {
  wallMs: 100,
  ownMs: 100,
  gcMs: 100,
  afterMs: 0,
  statusCode: 200,
  outcome: 'completed',
  startedAt: new Date().toISOString(),
  samples: 100,
}

export interface RouteNumbersProps {
  /** Undefined while it is awaited. */
  readonly route: RouteSummary | undefined
  /** Id of the slowest request, while it is kept. */
  readonly slowest: string | undefined
}

export const RouteNumbers = memo(({ route, slowest }: RouteNumbersProps) => {
  const { latency, own, gc, causedMs, queuedMs, awaitedMs, count: all, errors } = route ?? likelyRoute
  const after = route === undefined ? 100 : allAfterOfRoute(route)
  const afterMs = after < 0.001 ? 0 : after
  return (
    <div class={route === undefined ? 'numbers route-numbers awaited' : 'numbers route-numbers'}>
      <Group title="Own CPU">
        <Figure name="total">
          <Ms ms={own.totalMs} />
        </Figure>
        <Figure name="mean">
          <Ms ms={own.meanMs} />
        </Figure>
        <Figure name="p95" title="Up to the end of the response, unlike total and mean">
          <Ms ms={own.p95Ms} />
        </Figure>
        <Figure
          name="after response"
          title="Of the mean: no part of the wall time, which ends with the response"
        >
          <Ms ms={afterMs} />
        </Figure>
      </Group>
      <Group title="Latency">
        <Figure name="p50">
          <Ms ms={latency.p50Ms} />
        </Figure>
        <Figure name="p95">
          <Ms ms={latency.p95Ms} />
        </Figure>
        <Figure name="p99">
          <Ms ms={latency.p99Ms} />
        </Figure>
        <Figure name="max">
          {route === undefined || slowest === undefined ? (
            <Ms ms={latency.maxMs} />
          ) : (
            <a
              class="link"
              href={writeLocation({ route: route.route, request: slowest })}
              title="Open the slowest request"
            >
              <Ms ms={latency.maxMs} />
            </a>
          )}
        </Figure>
      </Group>
      <Group title="Garbage collection">
        <Figure name="mean">
          <Ms ms={gc.meanMs} />
        </Figure>
      </Group>
      <Group title="Made others wait">
        <Figure name="for the event loop">
          <Ms ms={causedMs} />
        </Figure>
        {queuedMs > 0 && <QueuedFigure ms={queuedMs} />}
        {awaitedMs > 0 && (
          <Figure name="to let them go on">
            <Ms ms={awaitedMs} />
          </Figure>
        )}
      </Group>
      <Group title="Requests">
        <Figure name="all">
          <span class="num">{count(all)}</span>
        </Figure>
        <Figure name="errors">
          <span class={errors > 0 ? 'num bad' : 'num'}>{count(errors)}</span>
        </Figure>
      </Group>
    </div>
  )
})

export interface TogetherNumbersProps {
  /** Profile of the kept requests; undefined while it is loading. */
  readonly profile: Profile<Column> | undefined
  readonly routes: readonly RouteSummary[] | undefined
}

/** What is kept of all routes, beside the totals of all their requests. */
export function TogetherNumbers({ profile, routes }: TogetherNumbersProps) {
  const all = (of: (route: RouteSummary) => number) =>
    routes?.reduce((sum, route) => sum + of(route), 0) ?? Number.NaN
  return (
    <div class="numbers">
      <Group title="Own CPU">
        <Figure name="kept">
          <Ms ms={profile === undefined ? Number.NaN : profile.ownUs / 1000} />
        </Figure>
        <Figure name="all">
          <Ms ms={all(({ own }) => own.totalMs)} />
        </Figure>
      </Group>
      <Group title="Requests">
        <Figure name="kept">
          <span class="num">{count(profile?.requests ?? Number.NaN)}</span>
        </Figure>
        <Figure name="all">
          <span class="num">{count(all((route) => route.count))}</span>
        </Figure>
      </Group>
    </div>
  )
}

export interface BackgroundNumbersProps {
  /** Profile of what is kept; undefined while it is loading. */
  readonly profile: Profile<Column> | undefined
  /** All since the start, milliseconds. */
  readonly allMs: number | undefined
  readonly culprit: Culprit | undefined
}

/** What is kept of the work of no request, beside the total since the start, and how much others waited for it. */
export function BackgroundNumbers({ profile, allMs, culprit }: BackgroundNumbersProps) {
  return (
    <div class="numbers">
      <Group title="CPU">
        <Figure name="kept">
          <Ms ms={profile === undefined ? Number.NaN : profile.ownUs / 1000} />
        </Figure>
        <Figure name="since the start">
          <Ms ms={allMs ?? Number.NaN} />
        </Figure>
      </Group>
      <Group title="Made requests wait">
        <Figure name="for the event loop">
          <Ms ms={culprit?.causedMs ?? Number.NaN} />
        </Figure>
        <Figure name="longest block">
          <Ms ms={culprit?.longestBlockMs ?? Number.NaN} />
        </Figure>
        {culprit !== undefined && culprit.queuedMs > 0 && <QueuedFigure ms={culprit.queuedMs} />}
      </Group>
    </div>
  )
}

/** Of a request that may be awaited. */
export function RequestNumbers({ request: known }: { readonly request: RequestDetail | undefined }) {
  const request = known ?? likelyRequest
  return (
    <div class={known === undefined ? 'numbers awaited' : 'numbers'}>
      <Group title="Time">
        <Figure name="wall">
          <Ms ms={request.wallMs} />
        </Figure>
        <Figure name="own CPU">
          <Ms ms={request.ownMs} />
        </Figure>
        <Figure name="GC">
          <Ms ms={request.gcMs} />
        </Figure>
        {request.afterMs > 0 && (
          <Figure name="after the response">
            <Ms ms={request.afterMs} />
          </Figure>
        )}
      </Group>
      <Group title="Response">
        <Figure name="status">
          <span class={request.statusCode >= 500 ? 'num bad' : 'num'}>{request.statusCode || '–'}</span>
        </Figure>
        <Figure name="outcome">
          <span class="num">{request.outcome}</span>
        </Figure>
        <Figure name="started">
          <span class="num">{dated(request.startedAt, Date.now())}</span>
        </Figure>
      </Group>
      <Group title="Samples">
        <Figure name="all">
          <span class="num">{count(request.samples)}</span>
        </Figure>
      </Group>
    </div>
  )
}

export function FileNumbers({ imported: { profile, idleUs } }: { readonly imported: Imported }) {
  return (
    <div class="numbers">
      <Group title="Time">
        <Figure name="CPU">
          <Ms ms={profile.ownUs / 1000} />
        </Figure>
        <Figure name="idle">
          <Ms ms={idleUs / 1000} />
        </Figure>
      </Group>
      <Group title="Samples">
        <Figure name="all">
          <span class="num">{count(profile.samples)}</span>
        </Figure>
        <Figure name="interval">
          <Ms ms={profile.intervalUs / 1000} />
        </Figure>
      </Group>
    </div>
  )
}

function QueuedFigure({ ms }: { readonly ms: number }) {
  return (
    <Figure name="before onRequest" title="At most so long they queued while it held the event loop">
      {AT_MOST}
      <Ms ms={ms} />
    </Figure>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly title?: string
  readonly children: ComponentChildren
}

function Figure({ name, title, children }: FigureProps) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
