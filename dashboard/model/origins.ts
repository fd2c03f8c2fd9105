import { originOf } from '../../plugin/model/names.ts'
import { ownersOf } from '../../plugin/model/owners.ts'
import type { Column, FrameKind, Profile } from '../../plugin/model/profile.ts'
import { APP_CLASS, colourClass, packageClass } from './colours.ts'
import { originKey } from './names.ts'

/** Where code comes from, and the CPU in that code itself. */
export interface Origin {
  /** Its key in the URL. */
  readonly key: string
  readonly label: string
  readonly kind: FrameKind
  /** Class in the palette. */
  readonly colour: number
  readonly selfUs: number
}

/** The origins that the time went to; your own code first, then the most expensive first. */
export function origins(profile: Profile<Column>): Origin[] {
  const { tree, frames } = profile
  const byFrame = new Float64Array(frames.length)
  const owners = ownersOf(profile)
  for (let node = 1; node < owners.length; node++) byFrame[owners[node]] += tree.selfUs[node]
  const found = new Map<string, Origin>()
  for (let i = 0; i < frames.length; i++) {
    const frame = frames[i]
    if (frame.kind === 'root' || frame.kind === 'phase' || byFrame[i] <= 0) continue
    const key = originKey(frame)
    const selfUs = (found.get(key)?.selfUs ?? 0) + byFrame[i]
    const colour =
      frame.kind === 'app'
        ? APP_CLASS
        : frame.kind === 'package'
          ? packageClass(frame.package ?? '')
          : colourClass(frame)
    found.set(key, { key, label: originOf(frame), kind: frame.kind, colour, selfUs })
  }
  const mine = (origin: Origin) => (origin.kind === 'app' ? 1 : 0)
  return [...found.values()].sort((a, b) => mine(b) - mine(a) || b.selfUs - a.selfUs)
}
