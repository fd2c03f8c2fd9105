import type { Frame, Profile } from '../model/profile.ts'
import type { Steps } from '../model/steps.ts'
import { wholeParts } from './whole-parts.ts'

const NODES_PER_STEP = 1024

/**
 * Collapsed stacks for `flamegraph.pl`, speedscope and similar tools, one per line, with microseconds:
 * `a (src/a.ts:3);b (src/b.ts:9) 1234`.
 *
 * The numbers are whole and add up to `ownUs`, rounded. No two functions have the same label.
 */
export function* collapsedSteps({ tree, frames }: Profile): Steps<string> {
  const us = wholeParts(tree.selfUs)
  const labels = toLabels(frames)
  const stacks: string[] = []
  const lines: string[] = []
  for (const [node, parent] of tree.parent.entries()) {
    const label = labels[tree.frame[node]]
    // The root is the selection, not a function, so it appears only with its own self time.
    stacks.push(parent < 0 ? '' : stacks[parent] === '' ? label : `${stacks[parent]};${label}`)
    if (us[node] > 0) lines.push(`${stacks[node] || label} ${us[node]}\n`)
    if (node % NODES_PER_STEP === 0) yield
  }
  return lines.join('')
}

/** A label for each frame, without what has a meaning in the format: `;`, line breaks, a number at the end. */
function toLabels(frames: readonly Frame[]): string[] {
  const used = new Set<string>()
  /** By label, the number to try next: a bundle in one line has thousands of functions with one label. */
  const next = new Map<string, number>()
  return frames.map(({ name, file, line }) => {
    const place = file === '' ? '' : line > 0 ? ` (${file}:${line})` : ` (${file})`
    const text = `${name}${place}`.replace(/\s+/g, ' ').replaceAll(';', ',').trim() || '(anonymous)'
    // A number at the end would be read as a count, as in files that compare two profiles.
    const base = / [\d.]+$/.test(text) ? `(${text})` : text
    let label = base
    let number = next.get(base) ?? 2
    for (; used.has(label); number++) label = `${base} #${number}`
    next.set(base, number)
    used.add(label)
    return label
  })
}
