import { nameOf, originOf, placeOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { colourClass } from '../model/colours.ts'
import { Swatch } from './swatch.tsx'

/** A function: the colour of its origin, its name and its place. */
export function FunctionName({ frame }: { readonly frame: Frame }) {
  return (
    <>
      <Swatch colour={colourClass(frame)} />
      <span class="function-name">{nameOf(frame)}</span>
      {frame.kind !== 'system' && (
        <span class="function-place">
          <bdi dir="ltr">{placeOf(frame) || originOf(frame)}</bdi>
        </span>
      )}
    </>
  )
}
