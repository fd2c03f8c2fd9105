import type { Content } from '../formats/index.ts'
import type { ProfileDiff } from '../model/diff.ts'
import type { Chart, Profile } from '../model/profile.ts'
import type {
  Culprit,
  DiffSelection,
  ExportFormat,
  RequestFilter,
  RequestSummary,
  RequestsAnswer,
  Selection,
  SincePrevious,
  Source,
} from '../model/wire.ts'
import type { Profiler } from '../types.ts'

/** What the HTTP API asks of the profiler beyond `app.profiler`. */
export interface Backend extends Profiler {
  /** One page of requests; `cursor` is `null` on the last. Throws `FST_PROFILER_BAD_PARAMETER`. */
  page(filter: RequestFilter): RequestsAnswer
  /** What work of no request did to requests. */
  noRequest(): Culprit
  /** Reads what `routes` and `noRequest` need to name functions, without holding the event loop for long. */
  prepareNames(): Promise<void>
  /** The same as `profile`, without holding the event loop for long. */
  profileStepwise(selection: Selection): Promise<Profile>
  /** The same as `chart`, without holding the event loop for long. */
  chartStepwise(id: string): Promise<Chart | undefined>
  /** The same as `source`, without holding the event loop for long. */
  sourceStepwise(selection: Selection, file: string): Promise<Source>
  /** The same as `diff`, without holding the event loop for long. */
  diffStepwise(base: DiffSelection, head: DiffSelection): Promise<ProfileDiff>
  /** Routes that were requested since the start and in a run before, or one of them. */
  sincePrevious(route?: string): Promise<SincePrevious[]>
  /** What `export` writes, gathered without holding the event loop for long. */
  contentStepwise(selection: Selection, format: ExportFormat): Promise<Content>
  /** Keeps a request or lets it go. `full`: no room for one more pinned request. */
  pin(id: string, pinned: boolean): 'ok' | 'missing' | 'full'
  /**
   * Calls `listener` with requests that ended and are attributed, oldest first, until the returned function is
   * called. The listener never throws.
   */
  onRequests(listener: (ended: readonly RequestSummary[]) => void): () => void
}
