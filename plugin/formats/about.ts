import { hotLines } from '../model/hot-lines.ts'
import { NO_REQUEST } from '../model/labels.ts'
import type { Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import type { Culprit } from '../model/wire/routes.ts'
import type { Selection } from '../model/wire/selection.ts'
import type { SamplerName } from '../model/wire/status.ts'
import type { Recorder } from '../recorder.ts'
import type { RequestSums } from '../store/request-sums.ts'
import type { SourceText } from '../symbols/source-text.ts'

/** What a report says about a selection besides its profile. */
export interface About {
  readonly sampler: { readonly name: SamplerName; readonly achievedIntervalUs: number }
  readonly requests: RequestSums
  /** How much the selected route, or work of no request, has made requests wait since recording began. */
  readonly culprit: Culprit | undefined
  /** Source texts by file, for the files with the hottest lines. */
  readonly texts: ReadonlyMap<string, SourceText>
}

/** Number of lines that a report has room for. */
export const REPORTED_LINES = 10

type Source = Pick<Recorder, 'sums' | 'routes' | 'noRequest' | 'status' | 'texts'>

export function* aboutSteps(recorder: Source, selection: Selection, profile: Profile): Steps<About> {
  const ofNone = selection.route === NO_REQUEST
  const requests = yield* recorder.sums(ofNone ? { requests: [] } : selection)
  const hot = hotLines(profile).slice(0, REPORTED_LINES)
  const files = [...new Set(hot.map(({ file }) => file))]
  const texts = yield* recorder.texts(selection, files)
  const { sampler } = recorder.status()
  const culprit = ofNone
    ? recorder.noRequest()
    : recorder.routes().find(({ route }) => route === selection.route)
  return { sampler, requests, culprit, texts }
}
