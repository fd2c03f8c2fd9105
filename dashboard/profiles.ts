import type { Chart, Profile } from '../plugin/model/profile.ts'
import { type ExportFormat, paths, type Selection } from '../plugin/model/wire.ts'
import { ask, askPacked, paramsOf, query } from './client.ts'
import { unpack } from './model/unpack.ts'

/** Apart from the other calls, for a profile is asked for by screens alone, and these are loaded when needed. */
export async function loadProfile(selection: Selection, signal: AbortSignal): Promise<Profile> {
  return unpack(await askPacked(paths.profile, paramsOf(selection), signal))
}

export async function loadChart(id: string, signal: AbortSignal): Promise<Chart> {
  return unpack(await askPacked(paths.chart(id), {}, signal))
}

/** Where the file of a selection is; a link to it downloads it. */
export function exportHref(selection: Selection, format: ExportFormat): string {
  return `${paths.profile}?${query({ ...paramsOf(selection), format })}`
}

export async function loadReport(selection: Selection): Promise<string> {
  const response = await ask(exportHref(selection, 'markdown'), {})
  return response.text()
}
