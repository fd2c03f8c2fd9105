import { badParameter, notFound, ProfilerError } from '../errors.ts'
import { fileCosts } from '../model/file-costs.ts'
import type { Profile } from '../model/profile.ts'
import type { RawFrame } from '../model/raw-tree.ts'
import type { Steps } from '../model/steps.ts'
import type { Source } from '../model/wire/source.ts'
import type { Naming } from '../symbols/naming.ts'
import type { NoSource, SourceText } from '../symbols/source-text.ts'

/** Names functions, and finds the source text that they are in. */
export interface SourceNaming extends Naming {
  source(raw: RawFrame): SourceText | NoSource
}

type Merge = (naming: Naming) => Steps<Profile>

/**
 * Finds the text of a file by the functions in it, so that only files that occur in a profile can be read. `merge`
 * makes that profile. Throws `FST_PROFILER_NOT_FOUND` for any other file, and `FST_PROFILER_NO_SOURCE` for one that has
 * no text to show.
 */
export function* findSource(file: string, naming: SourceNaming, merge: Merge): Steps<Source> {
  if (typeof file !== 'string') throw badParameter('file', file, 'one file, as a profile names it')
  const { profile, scripts } = yield* findScripts([file], naming, merge)
  const [found] = scripts.values()
  if (file === '' || found === undefined) throw notFound(`file "${file}"`)
  const text = textOf(found, naming)
  if ('text' in text) return { file, ...text, ...fileCosts(profile, file) }
  throw new ProfilerError('FST_PROFILER_NO_SOURCE', `"${file}" ${text.why}`, 404)
}

/**
 * Finds the texts of several files, by file. Files that are not in the profile or have no text are left out; the result
 * is empty if what was selected is gone meanwhile.
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

/** By file, then by URL of each script made from it: one function of that script. */
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
