import { notFound, ProfilerError } from './errors.ts'
import type { Naming } from './merge.ts'
import { fileCosts } from './model/file-costs.ts'
import type { Profile } from './model/profile.ts'
import type { Source } from './model/wire.ts'
import type { SegmentFrame } from './sampler/segment.ts'
import type { Steps } from './slices.ts'
import type { NoSource, SourceText } from './symbols/source-text.ts'

/** Names functions, and finds the text that they stand in. */
export interface SourceNaming extends Naming {
  source(raw: SegmentFrame): SourceText | NoSource
}

/**
 * The text of a file, found by the functions that stand in it: a name that is in no profile leads nowhere. `merge`
 * makes the profile whose files can be asked for. Throws `FST_PROFILER_NOT_FOUND` for any other file, and
 * `FST_PROFILER_NO_SOURCE` for one that has no text to show.
 */
export function* findSource(
  file: string,
  naming: SourceNaming,
  merge: (naming: Naming) => Steps<Profile>,
): Steps<Source> {
  /** A function of each script that the file is made of. */
  const scripts = new Map<string, SegmentFrame>()
  const profile = yield* merge({
    frame(raw) {
      const frame = naming.frame(raw)
      if (frame.file === file) scripts.set(raw.url, raw)
      return frame
    },
    line: naming.line,
  })
  if (file === '' || scripts.size === 0) throw notFound(`file "${file}"`)
  let why = ''
  for (const raw of scripts.values()) {
    const found = naming.source(raw)
    if ('text' in found) return { file, ...found, ...fileCosts(profile, file) }
    why = found.why
  }
  throw new ProfilerError('FST_PROFILER_NO_SOURCE', `"${file}" ${why}`, 404)
}
