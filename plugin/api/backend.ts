import type { Content } from '../formats/index.ts'
import type { RequestBounds } from '../model/bounds.ts'
import type { ProfileDiff } from '../model/diff.ts'
import type { Chart, Profile } from '../model/profile.ts'
import type { SincePrevious } from '../model/wire/baselines.ts'
import type { RequestFilter, RequestSummary, RequestsAnswer } from '../model/wire/requests.ts'
import type { Culprit } from '../model/wire/routes.ts'
import type { DiffSelection, ExportFormat, Selection } from '../model/wire/selection.ts'
import type { Source } from '../model/wire/source.ts'
import type { WaitingAnswer } from '../model/wire/waits.ts'
import type { Profiler } from '../types.ts'

/** What the HTTP API needs from the profiler: `app.profiler` and more. */
export interface Backend extends Profiler {
  /** One page of requests; `cursor` is `null` on the last. Throws `FST_PROFILER_BAD_PARAMETER`. */
  page(filter: RequestFilter): RequestsAnswer
  /** How much work of no request made requests wait. */
  noRequest(): Culprit
  /** Reads what `routes` and `noRequest` need to name functions, without holding the event loop for long. */
  prepareNames(): Promise<void>
  /** Whom and what the requests of a route waited for. Throws `FST_PROFILER_NOT_FOUND` for a route that is not there. */
  waitingStepwise(route: string, bounds: RequestBounds): Promise<WaitingAnswer>
  /** Like `profile`, without holding the event loop for long. */
  profileStepwise(selection: Selection): Promise<Profile>
  /** Like `chart`, without holding the event loop for long. */
  chartStepwise(id: string): Promise<Chart | undefined>
  /** Like `source`, without holding the event loop for long. */
  sourceStepwise(selection: Selection, file: string): Promise<Source>
  /** Like `diff`, without holding the event loop for long. */
  diffStepwise(base: DiffSelection, head: DiffSelection): Promise<ProfileDiff>
  /** Whether runs are kept to compare later ones with. */
  readonly keepsRuns: boolean
  /** Routes that were requested both since the start and in a previous run; with `route` only that one. */
  sincePrevious(route?: string): Promise<SincePrevious[]>
  /** What `export` writes, gathered without holding the event loop for long. */
  contentStepwise(selection: Selection, format: ExportFormat): Promise<Content>
  /**
   * Calls `listener` with requests that have ended and are attributed, oldest first, until the returned function is
   * called. The listener must not throw.
   */
  onRequests(listener: (ended: readonly RequestSummary[]) => void): () => void
}
