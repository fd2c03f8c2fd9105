import { paths } from '../plugin/model/wire/paths.ts'
import type { ExportFormat, Selection } from '../plugin/model/wire/selection.ts'
import { track } from './busy.ts'
import { ask, askPacked, type Params, paramsOf, query } from './client.ts'
import type { Opened, View } from './model/opened.ts'
import { openElsewhere } from './open-elsewhere.ts'

/** Loads a profile. Apart from the other calls, since only screens ask for one, and these are loaded when needed. */
export function loadProfile(selection: Selection, view: View, signal: AbortSignal): Promise<Opened> {
  return open(paths.profile, paramsOf(selection), view, signal)
}

export function loadChart(id: string, view: View, signal: AbortSignal): Promise<Opened> {
  return open(paths.chart(id), {}, view, signal)
}

async function open(path: string, params: Params, view: View, signal: AbortSignal): Promise<Opened> {
  const buffer = await askPacked(path, params, signal)
  return track(openElsewhere(buffer, view, signal))
}

/** The address of a selection's file in a format; a link to it downloads the file. */
export function exportHref(selection: Selection, format: ExportFormat): string {
  return `${paths.profile}?${query({ ...paramsOf(selection), format })}`
}

export async function loadReport(selection: Selection): Promise<string> {
  const response = await ask(exportHref(selection, 'markdown'), {})
  return response.text()
}
