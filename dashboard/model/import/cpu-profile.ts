import { cleanName } from '../../../plugin/model/clean.ts'
import type { Fields } from '../../../plugin/model/fields.ts'
import { mergeSiblings } from '../../../plugin/model/merge-siblings.ts'
import { placeOf } from '../../../plugin/model/place.ts'
import type { CallTree, Frame, LineTicks, Profile } from '../../../plugin/model/profile.ts'
import { checkProfile } from '../../../plugin/model/raw-profile.ts'
import { ticksByLine } from '../../../plugin/model/raw-ticks.ts'
import { internFrames, type PlacedNodes, placeNodes, type RawFrame } from '../../../plugin/model/raw-tree.ts'
import { addToSum, sum } from '../../../plugin/model/sum.ts'
import { prune } from '../prune.ts'
import { commonFolder } from './common-folder.ts'
import { ImportError } from './import-error.ts'
import type { Imported } from './imported.ts'
import { selfTimes } from './self-times.ts'

/**
 * Converts a `.cpuprofile` to a profile. No time is lost: a sample lasts until the next one, and idle time is kept
 * apart.
 *
 * Throws `BadProfile` or `ImportError`. Never changes its input.
 */
export function readCpuProfile(name: string, value: Fields): Imported {
  const raw = checkProfile({ startTime: 0, ...value })
  const placed = placeNodes(raw.nodes)
  const { frames: rawFrames, frame } = internFrames(placed.nodes, 0)
  const { selfUs, samples, intervalUs } = selfTimes(raw, placed, value.endTime)
  // Samples of the root alone met no function, such as the last one of a profile exported here.
  samples[0] = 0
  let idleUs = 0
  for (let node = 0; node < frame.length; node++) {
    if (rawFrames[frame[node]].state !== 'idle') continue
    idleUs += selfUs[node]
    selfUs[node] = 0
    samples[node] = 0
  }
  const title = cleanName(name.replace(/\.(cpuprofile|json)$/i, '')) || 'imported'
  const { frames, root } = nameFrames(rawFrames, title)
  const known = {
    parent: [...placed.parent],
    frame: Array.from(frame, (at, i) => (i === 0 ? 0 : at + 1)),
    selfUs,
    samples,
  }
  const { tree, lines } = compact(known, placed)
  const count = sum(tree.samples)
  const ownUs = sum(tree.selfUs)
  if (!(ownUs > 0)) throw new ImportError('EMPTY', 'The profile is empty: nothing ran in it.')
  const profile: Profile = {
    version: 1,
    title,
    requests: 0,
    samples: count,
    ownUs,
    intervalUs,
    startedAt: '',
    endedAt: '',
    root,
    frames,
    tree,
    lines,
  }
  return { profile, idleUs }
}

/** The root frame, then each of V8's frames with its name and place. */
function nameFrames(
  raw: readonly RawFrame[],
  title: string,
): { readonly frames: Frame[]; readonly root: string } {
  const root = commonFolder(raw.map(({ url }) => url))
  const nowhere = { file: '', line: 0, column: 0 }
  const named = raw.map(({ name, url, line, column, state }): Frame => {
    if (state !== undefined) return { name, ...nowhere, kind: 'system' }
    const { path: _, ...place } = placeOf(url, root)
    return { name: cleanName(name) || '(anonymous)', line, column, ...place }
  })
  return { frames: [{ name: title, ...nowhere, kind: 'root' }, ...named], root }
}

/** Merges nodes that V8 distinguishes although they are the same, and drops nodes without time and samples. */
function compact(raw: CallTree, placed: PlacedNodes): { readonly tree: CallTree; readonly lines: LineTicks } {
  const { tree: merged, became } = mergeSiblings(raw)
  const { tree, was } = prune(merged)
  const now = new Map(Array.from(was, (node, i) => [node, i]))
  const ticks = new Map<string, { node: number; line: number; samples: number }>()
  placed.nodes.forEach((node, i) => {
    const at = now.get(became[i])
    if (at === undefined || raw.samples[i] === 0) return
    for (const [line, samples] of ticksByLine(node)) {
      const key = `${at} ${line}`
      const known = ticks.get(key)
      ticks.set(key, { node: at, line, samples: samples + (known?.samples ?? 0) })
    }
  })
  const rows = [...ticks.values()]
  const counted = new Map<number, number>()
  for (const { node, samples } of rows) addToSum(counted, node, samples)
  return {
    tree,
    lines: {
      node: rows.map(({ node }) => node),
      line: rows.map(({ line }) => line),
      samples: rows.map(({ samples }) => samples),
      selfUs: rows.map(({ node, samples }) => {
        const all = Math.max(counted.get(node) ?? 0, tree.samples[node])
        return all > 0 ? (tree.selfUs[node] * samples) / all : 0
      }),
    },
  }
}
