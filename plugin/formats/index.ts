import { badParameter } from '../errors.ts'
import type { Profile } from '../model/profile.ts'
import { type ExportFormat, exportFormats } from '../model/wire.ts'
import { inSlices } from '../slices.ts'
import { statsTable } from '../stats.ts'
import { toCollapsed } from './collapsed.ts'
import { toCpuProfile } from './cpuprofile.ts'
import { jsonSteps, toJson } from './json.ts'

/** A profile in a file format, ready to be sent or written. */
export interface Formatted {
  readonly body: string | Uint8Array
  readonly contentType: string
  /** Without the dot. */
  readonly extension: string
}

export { fileName } from './file-name.ts'

/** The one entry to all formats. Throws `FST_PROFILER_BAD_PARAMETER` for what is none. */
export function formatProfile(profile: Profile, format: ExportFormat): Formatted {
  switch (format) {
    case 'json':
      return jsonFile(toJson(profile))
    case 'cpuprofile':
      return {
        body: JSON.stringify(toCpuProfile(profile)),
        contentType: 'application/json; charset=utf-8',
        extension: 'cpuprofile',
      }
    case 'collapsed':
      return {
        body: toCollapsed(profile),
        contentType: 'text/plain; charset=utf-8',
        extension: 'collapsed.txt',
      }
    case 'text':
      return {
        body: `${statsTable(profile, { limit: 100 })}\n`,
        contentType: 'text/plain; charset=utf-8',
        extension: 'txt',
      }
    default:
      throw badParameter('format', format, exportFormats.join(', '))
  }
}

/** The same. `json`, which the page asks for all the time, does not hold the event loop for long. */
export async function formatInSlices(profile: Profile, format: ExportFormat): Promise<Formatted> {
  return format === 'json' ? jsonFile(await inSlices(jsonSteps(profile))) : formatProfile(profile, format)
}

function jsonFile(body: string): Formatted {
  return { body, contentType: 'application/json; charset=utf-8', extension: 'json' }
}
