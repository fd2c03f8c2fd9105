import { notFound } from './errors.ts'
import { boundNames, isBounded, type RequestBounds } from './model/bounds.ts'
import type { Measured } from './model/diff.ts'
import { addToGroup } from './model/groups.ts'
import type { Chart, Profile } from './model/profile.ts'
import type { Steps } from './model/steps.ts'
import { emptyProfile } from './model/tree.ts'
import type { PhasesAnswer } from './model/wire/phases.ts'
import type { RequestDetail, RequestFilter, RequestsAnswer } from './model/wire/requests.ts'
import type { Culprit, RouteSummary } from './model/wire/routes.ts'
import type { Selection } from './model/wire/selection.ts'
import type { Source } from './model/wire/source.ts'
import type { PhaseBook } from './requests/phase-rules.ts'
import { phasesOf } from './requests/phases.ts'
import type { RequestRecord } from './requests/record.ts'
import type { Background } from './store/background.ts'
import { chartSteps } from './store/chart.ts'
import type { Store } from './store/index.ts'
import { measureSteps } from './store/measure.ts'
import { type MergeOptions, mergeBackground, mergeSteps, mergeTaken, takeRecords } from './store/merge.ts'
import { boundsTest, describe, page } from './store/query.ts'
import { type RequestSums, sumRequests } from './store/request-sums.ts'
import { sumPhases } from './store/route-phases.ts'
import { type RouteStats, summarizeCulprit, summarizeRoute } from './store/route-stats.ts'
import type { Routes } from './store/routes.ts'
import { checkSelection, isBackground, onlyFields } from './store/selection.ts'
import { findSource, findTexts, type SourceNaming } from './store/source.ts'
import type { Stacks } from './store/stacks.ts'
import { type Naming, prepareNames } from './symbols/naming.ts'
import type { SourceText } from './symbols/source-text.ts'

/** Answers questions about the requests that are kept. Changes nothing. */
export interface Answers {
  routes(): RouteSummary[]
  noRequest(): Culprit
  /** Reads, in steps, what `routes` and `noRequest` need to name functions. */
  prepareNames(): Steps<void>
  page(filter: RequestFilter): RequestsAnswer
  request(id: string): RequestDetail | undefined
  chart(id: string): Steps<Chart | undefined>
  /** Throws `FST_PROFILER_NOT_FOUND` for a route that is not there. */
  phases(route: string, bounds?: RequestBounds): PhasesAnswer
  /** What the requests of a selection come to, without those that are not kept; throws for a route that is not there. */
  sums(selection: Selection): Steps<RequestSums>
  /** Throws `FST_PROFILER_NOT_FOUND` for a route or request that is not there. */
  profile(selection: Selection): Steps<Profile>
  /** One profile for each route of the selection; throws as `profile` does. */
  profileByRoute(selection: Selection): Steps<Profile[]>
  /**
   * The selection as a comparison needs it. Of a route without bounds, or of each if none is named, only the newest
   * requests are measured: the slowest of all time, which are also kept, would make a long-running route look slower.
   */
  measure(selection: Selection): Steps<Measured>
  /** Throws as {@link findSource} does. */
  source(selection: Selection, file: string): Steps<Source>
  /** The texts of files in a selection's profile, as far as they can be shown. */
  texts(selection: Selection, files: readonly string[]): Steps<Map<string, SourceText>>
}

export interface AnswersSetup {
  readonly store: Store
  readonly stacks: Stacks
  readonly background: Background
  readonly routes: Routes
  /** Work that belongs to no request, as a culprit. */
  readonly nobody: RouteStats
  readonly naming: SourceNaming
  /** What is known about the phases of each route. */
  readonly phases: Pick<PhaseBook, 'rules' | 'hooks'>
  /** Folder that files are shown relative to. */
  readonly root: string
  readonly intervalUs: number
}

export function createAnswers(setup: AnswersSetup): Answers {
  const { store, stacks, background, routes, nobody, naming, phases, root, intervalUs } = setup

  function select(selection: Selection): { title: string; records: RequestRecord[] } {
    const { route, requests } = checkSelection(selection)
    if (requests !== undefined) {
      const ids = [...new Set(requests)]
      const records = ids.map((id) => {
        const record = store.get(id)
        if (record === undefined) throw notFound(`request "${id}"`)
        return record
      })
      return { title: records.length === 1 ? titleOf(records[0]) : `${records.length} requests`, records }
    }
    if (route !== undefined && routes.get(route) === undefined) throw notFound(`route "${route}"`)
    const all = [...store.all()].filter((record) => route === undefined || record.stats.route === route)
    const records = all.filter(boundsTest(selection))
    const part = isBounded(selection) ? `, ${records.length} of ${all.length} requests` : ''
    return { title: `${route ?? 'all routes'}${part}`, records }
  }

  function optionsOf(title: string, selection: Selection): MergeOptions {
    return {
      title,
      root,
      intervalUs,
      across: selection.across === true,
      phasesOf: selection.phases
        ? (record: RequestRecord) => phasesOf(record, phases.rules(record.stats.route))
        : undefined,
    }
  }

  function* merge(selection: Selection, names: Naming = naming): Steps<Profile> {
    if (isBackground(selection)) return yield* mergeBackground(background, names, { root, intervalUs })
    const { title, records } = select(selection)
    if (records.length === 0) return emptyProfile(title, root, intervalUs)
    return yield* mergeSteps(records, stacks, names, optionsOf(title, selection))
  }

  const isKept = (id: string) => store.get(id) !== undefined

  /** The newest requests of a route, or of each route. */
  function newest(route: string | undefined): RequestRecord[] {
    const some = route === undefined ? routes.all() : [routes.get(route)!]
    return some.flatMap((stats) => store.newest(stats))
  }

  return {
    routes: () =>
      routes
        .known()
        .map((stats) => summarizeRoute(stats, naming, isKept))
        .sort((a, b) => b.own.totalMs - a.own.totalMs),
    noRequest: () => summarizeCulprit(nobody, naming, isKept),
    *prepareNames() {
      for (const { longestBlock, longestQueued } of [nobody, ...routes.all()]) {
        yield* prepareNames(naming, longestBlock?.stack ?? [])
        yield* prepareNames(naming, longestQueued?.stack ?? [])
      }
    },
    page: (filter) => page(store.all(), filter),
    request(id) {
      const record = store.get(id)
      return record && describe(record, phases.rules(record.stats.route))
    },
    *chart(id) {
      const record = store.get(id)
      if (record === undefined) return undefined
      return yield* chartSteps(record, stacks, naming, { title: titleOf(record), root, intervalUs })
    },
    phases(route, bounds = {}) {
      onlyFields(bounds, boundNames, 'bounds')
      const { records } = select({ ...bounds, route })
      const { rules, hooks } = phases
      const sums = sumPhases(records, rules(route))
      return { route, requests: records.length, phases: sums, hooks: hooks(route) }
    },
    sums(selection) {
      const { requests: ids = [] } = selection
      const kept = ids.filter((id) => store.get(id) !== undefined)
      if (kept.length === 0 && ids.length > 0) return sumRequests([], phases.rules)
      const { records } = select({ ...selection, ...(kept.length > 0 && { requests: kept }) })
      return sumRequests(records, phases.rules)
    },
    profile: (selection) => merge(selection),
    *profileByRoute(selection) {
      const { title, records } = select(selection)
      const byRoute = new Map<RouteStats, RequestRecord[]>()
      for (const record of records) addToGroup(byRoute, record.stats, record)
      const options = optionsOf(title, selection)
      // All at once, since the store may drop requests of one route while those of another are merged.
      const taken = [...byRoute.values()].map((some) => takeRecords(some, stacks, options.phasesOf))
      const profiles: Profile[] = []
      try {
        for (const one of taken) profiles.push(yield* mergeTaken(one, stacks, naming, options))
      } finally {
        for (const one of taken) one.release()
      }
      return profiles
    },
    measure(selection) {
      const { title, records } = select(selection)
      const whole = selection.requests === undefined && !isBounded(selection)
      const some = whole ? newest(selection.route) : records
      return measureSteps(some, stacks, naming, { title, root, intervalUs })
    },
    source: (selection, file) => findSource(file, naming, (watched) => merge(selection, watched)),
    texts: (selection, files) => findTexts(files, naming, (watched) => merge(selection, watched)),
  }
}

function titleOf(record: RequestRecord): string {
  return `${record.stats.route} #${record.id}`
}
