import { type Fields, isFields } from '../../../plugin/model/fields.ts'
import { BadProfile } from '../../../plugin/model/raw-profile.ts'
import { readProfile } from '../../../plugin/model/read-profile.ts'
import { readCpuProfile } from './cpu-profile.ts'
import { broken, ImportError } from './import-error.ts'
import type { Imported } from './imported.ts'

/**
 * Reads a `.cpuprofile`, or a profile that was exported here as `json`. Throws `ImportError` for anything else, whatever
 * it contains.
 */
export function readImport(name: string, text: string): Imported {
  const value = parse(text)
  try {
    if (isFields(value) && Array.isArray(value.nodes)) return readCpuProfile(name, value)
    if (isFields(value) && value.version === 1 && isFields(value.tree)) return readOwnProfile(value)
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw broken(error instanceof BadProfile ? error.message : 'its parts do not fit together')
  }
  if (isFields(value) && isFields(value.head)) {
    throw new ImportError(
      'OTHER_FORM',
      'This is a .cpuprofile in the old format, with nested nodes. v8-profiler-next writes the current one after setGenerateType(1).',
    )
  }
  throw new ImportError('OTHER_FORM', 'This is neither a .cpuprofile nor a profile exported here as json.')
}

function readOwnProfile(value: Fields): Imported {
  const profile = readProfile(value)
  if (profile.ownUs === 0) throw new ImportError('EMPTY', 'The profile is empty: nothing ran in it.')
  return { profile, idleUs: 0 }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ImportError('NO_JSON', 'This is not JSON, or only a part of it.')
  }
}
