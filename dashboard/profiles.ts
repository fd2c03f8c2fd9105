import { type ExportFormat, paths, type Selection } from '../plugin/model/wire.ts'
import { track } from './busy.ts'
import { ask, askPacked, paramsOf, query } from './client.ts'
import type { Opened, View } from './model/opened.ts'
import { openElsewhere } from './open-elsewhere.ts'

/** Apart from the other calls, for a profile is asked for by screens alone, and these are loaded when needed. */
export async function loadProfile(selection: Selection, view: View, signal: AbortSignal): Promise<Opened> {
  const buffer = await askPacked(paths.profile, paramsOf(selection), signal)
  return track(openElsewhere(buffer, view, signal))
}

export async function loadChart(id: string, view: View, signal: AbortSignal): Promise<Opened> {
  const buffer = await askPacked(paths.chart(id), {}, signal)
  return track(openElsewhere(buffer, view, signal))
}

/** Where the file of a selection is; a link to it downloads it. */
export function exportHref(selection: Selection, format: ExportFormat): string {
  return `${paths.profile}?${query({ ...paramsOf(selection), format })}`
}

export async function loadReport(selection: Selection): Promise<string> {
  const response = await ask(exportHref(selection, 'markdown'), {})
  return response.text()
}
