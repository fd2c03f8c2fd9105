import { promisify } from 'node:util'
import { badParameter } from '../errors.ts'
import type { Chart, Profile } from '../model/profile.ts'
import { atOnce, type Steps } from '../model/steps.ts'
import { type ExportFormat, exportFormats, type Selection } from '../model/wire/selection.ts'
import { stepwise } from '../steps.ts'
import type { About } from './about.ts'
import { collapsedSteps } from './collapsed.ts'
import { cpuProfileSteps } from './cpuprofile.ts'
import { jsonSteps } from './json.ts'
import { markdownSteps } from './markdown/index.ts'
import { pprofSteps } from './pprof.ts'
import { speedscopeSteps } from './speedscope.ts'
import { statsTable } from './stats.ts'

/** A profile in a file format, ready to be sent or written. */
export interface Formatted {
  readonly body: string | Uint8Array
  readonly contentType: string
  /** File extension without the leading dot. */
  readonly extension: string
}

interface Format extends Omit<Formatted, 'body'> {
  /** Makes text, at once or in steps; or, in steps, bytes that are still to be zipped. */
  write(content: Content): string | Steps<string | Uint8Array>
}

const json = 'application/json; charset=utf-8'
const text = 'text/plain; charset=utf-8'

const formats: Readonly<Record<ExportFormat, Format>> = {
  json: { contentType: json, extension: 'json', write: ({ profile }) => jsonSteps(profile) },
  cpuprofile: {
    contentType: json,
    extension: 'cpuprofile',
    *write({ profile }) {
      return yield* jsonSteps(yield* cpuProfileSteps(profile))
    },
  },
  pprof: {
    contentType: 'application/octet-stream',
    extension: 'pb.gz',
    write: ({ profile, byRoute }) => pprofSteps(profile, byRoute),
  },
  speedscope: {
    contentType: json,
    extension: 'speedscope.json',
    write: ({ profile }) => speedscopeSteps(profile),
  },
  collapsed: {
    contentType: text,
    extension: 'collapsed.txt',
    write: ({ profile }) => collapsedSteps(profile),
  },
  text: {
    contentType: text,
    extension: 'txt',
    write: ({ profile }) => `${statsTable(profile, { limit: 100 })}\n`,
  },
  markdown: {
    contentType: 'text/markdown; charset=utf-8',
    extension: 'md',
    write: ({ profile, about }) => markdownSteps(profile, about),
  },
}

/** What is exported. */
export interface Content {
  readonly profile: Profile | Chart
  /** Set for reports. */
  readonly about?: About
  /** Profile of each route, if there are several and the format tells them apart. */
  readonly byRoute?: readonly Profile[]
}

/** The request to export in order of time: only a single request has such an order, and only some formats show it. */
export function requestInTime(selection: Selection, format: ExportFormat): string | undefined {
  const { requests = [], phases } = selection
  return format === 'speedscope' && requests.length === 1 && phases !== true ? requests[0] : undefined
}

/** Writes any of the formats. Throws `FST_PROFILER_BAD_PARAMETER` for an unknown format. */
export function formatContent(content: Content, format: ExportFormat): Formatted {
  const { write, ...form } = formatOf(format)
  const written = write(content)
  const body = typeof written === 'string' ? written : atOnce(written)
  return { body: typeof body === 'string' ? body : zlib().gzipSync(body), ...form }
}

/** Like {@link formatContent}, without holding the event loop for long. */
export async function formatStepwise(content: Content, format: ExportFormat): Promise<Formatted> {
  const { write, ...form } = formatOf(format)
  const written = write(content)
  const body = typeof written === 'string' ? written : await stepwise(written)
  return { body: typeof body === 'string' ? body : await promisify(zlib().gzip)(body), ...form }
}

function formatOf(format: ExportFormat): Format {
  if (!exportFormats.includes(format)) throw badParameter('format', format, exportFormats.join(', '))
  return formats[format]
}

/** Loads the module only when something is zipped. */
function zlib() {
  return process.getBuiltinModule('node:zlib')
}
