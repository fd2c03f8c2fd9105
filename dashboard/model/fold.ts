import type { CallTree, Frame, Profile } from '../../plugin/model/profile.ts'

/**
 * The profile with the inner life of libraries folded up: your own functions stay, and of each stretch of foreign ones
 * the first, which is what your code called. What it did stands in it as its own time. States of V8 stay too.
 *
 * Time, samples and frames are the same as before; lines are left out, for their nodes are not there any more.
 */
export function fold(profile: Profile): Profile {
  const { tree, frames } = profile
  const foreign = Uint8Array.from(frames, isForeign)
  const out = {
    parent: [-1],
    frame: [tree.frame[0]],
    selfUs: [tree.selfUs[0]],
    samples: [tree.samples[0]],
  }
  const nodeOf = finder(out, frames.length)
  /** Where the time of each node went. */
  const became = new Int32Array(tree.parent.length)
  for (let node = 1; node < became.length; node++) {
    const parent = tree.parent[node]
    const frame = tree.frame[node]
    const inside = foreign[frame] === 1 && foreign[tree.frame[parent]] === 1
    const into = inside ? became[parent] : nodeOf(became[parent], frame)
    became[node] = into
    out.selfUs[into] += tree.selfUs[node]
    out.samples[into] += tree.samples[node]
  }
  return { ...profile, tree: out, lines: { node: [], line: [], samples: [], selfUs: [] } }
}

/** Whether folding leaves something of interest. */
export function hasOwnCode(profile: Profile): boolean {
  return profile.frames.some((frame) => frame.kind === 'app')
}

function isForeign({ kind }: Frame): 0 | 1 {
  return kind === 'package' || kind === 'node' || kind === 'native' ? 1 : 0
}

/** Finds the child of a node by its frame, or makes it. */
function finder(
  out: { readonly [Column in keyof CallTree]: number[] },
  frames: number,
): (parent: number, frame: number) => number {
  const known = new Map<number, number>()
  return (parent, frame) => {
    const key = parent * frames + frame
    let node = known.get(key)
    if (node === undefined) {
      node = out.parent.push(parent) - 1
      out.frame.push(frame)
      out.selfUs.push(0)
      out.samples.push(0)
      known.set(key, node)
    }
    return node
  }
}
