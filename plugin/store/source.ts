import { notFound, ProfilerError } from '../errors.ts'
import { fileCosts } from '../model/file-costs.ts'
import type { Profile } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Source } from '../model/wire.ts'
import type { Steps } from '../steps.ts'
import type { Naming } from '../symbols/naming.ts'
import type { NoSource, SourceText } from '../symbols/source-text.ts'

/** Names functions, and finds the text that they stand in. */
export interface SourceNaming extends Naming {
  source(raw: RawFrame): SourceText | NoSource
}

type Merge = (naming: Naming) => Steps<Profile>

/**
 * The text of a file, found by the functions that stand in it: a name that is in no profile leads nowhere. `merge`
 * makes the profile whose files can be asked for. Throws `FST_PROFILER_NOT_FOUND` for any other file, and
 * `FST_PROFILER_NO_SOURCE` for one that has no text to show.
 */
export function* findSource(file: string, naming: SourceNaming, merge: Merge): Steps<Source> {
  const { profile, scripts } = yield* findScripts([file], naming, merge)
  const [found] = scripts.values()
  if (file === '' || found === undefined) throw notFound(`file "${file}"`)
  const text = textOf(found, naming)
  if ('text' in text) return { file, ...text, ...fileCosts(profile, file) }
  throw new ProfilerError('FST_PROFILER_NO_SOURCE', `"${file}" ${text.why}`, 404)
}

/**
 * The same for the texts of files alone, by the files. Those that are not there or have no text are left out; there is
 * none where what was selected has gone meanwhile.
 */
export function* findTexts(
  files: readonly string[],
  naming: SourceNaming,
  merge: Merge,
): Steps<Map<string, SourceText>> {
  const texts = new Map<string, SourceText>()
  if (files.length === 0) return texts
  try {
    const { scripts } = yield* findScripts(files, naming, merge)
    for (const [file, found] of scripts) {
      yield
      const text = textOf(found, naming)
      if ('text' in text) texts.set(file, text)
    }
  } catch (error) {
    if (!(error instanceof ProfilerError && error.code === 'FST_PROFILER_NOT_FOUND')) throw error
  }
  return texts
}

/** By file, a function of each script that it is made of, by the script. */
type Scripts = Map<string, Map<string, RawFrame>>

function* findScripts(
  files: readonly string[],
  naming: SourceNaming,
  merge: Merge,
): Steps<{ profile: Profile; scripts: Scripts }> {
  const scripts: Scripts = new Map()
  const profile = yield* merge({
    prepare: naming.prepare,
    frame(raw) {
      const frame = naming.frame(raw)
      if (!files.includes(frame.file)) return frame
      const found = scripts.get(frame.file) ?? new Map()
      scripts.set(frame.file, found.set(raw.url, raw))
      return frame
    },
    line: naming.line,
  })
  return { profile, scripts }
}

function textOf(scripts: ReadonlyMap<string, RawFrame>, naming: SourceNaming): SourceText | NoSource {
  let last: NoSource = { why: 'has no text' }
  for (const raw of scripts.values()) {
    const found = naming.source(raw)
    if ('text' in found) return found
    last = found
  }
  return last
}
