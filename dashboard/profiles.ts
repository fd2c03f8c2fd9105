import type { Chart, Profile } from '../plugin/model/profile.ts'
import { paths, type Selection } from '../plugin/model/wire.ts'
import { askPacked, paramsOf } from './client.ts'
import { unpack } from './model/unpack.ts'

/** Apart from the other calls, for a profile is asked for by screens alone, and these are loaded when needed. */
export async function loadProfile(selection: Selection, signal: AbortSignal): Promise<Profile> {
  return unpack(await askPacked(paths.profile, paramsOf(selection), signal))
}

export async function loadChart(id: string, signal: AbortSignal): Promise<Chart> {
  return unpack(await askPacked(paths.chart(id), {}, signal))
}
