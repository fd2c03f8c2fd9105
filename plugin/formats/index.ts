import type { Profile } from '../model/profile.ts'
import type { ExportFormat } from '../model/wire.ts'
import { statsTable } from '../stats.ts'
import { toCollapsed } from './collapsed.ts'
import { toCpuProfile } from './cpuprofile.ts'
import { toJson } from './json.ts'

/** A profile in a file format, ready to be sent or written. */
export interface Formatted {
  readonly body: string | Uint8Array
  readonly contentType: string
  /** Without the dot. */
  readonly extension: string
}

export { fileName } from './file-name.ts'

/** The one entry to all formats. */
export function formatProfile(profile: Profile, format: ExportFormat): Formatted {
  switch (format) {
    case 'json':
      return { body: toJson(profile), contentType: 'application/json; charset=utf-8', extension: 'json' }
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
  }
}
