import { nameOf, originOf, placeOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { colourClass } from '../model/colours.ts'
import { Swatch } from './swatch.tsx'

/** Colour of its origin, name, and where it stands. */
export function FunctionName({ frame }: { readonly frame: Frame }) {
  return (
    <>
      <Swatch colour={colourClass(frame)} />
      <span class="function-name">{nameOf(frame)}</span>
      {frame.kind !== 'system' && <span class="function-place">{placeOf(frame) || originOf(frame)}</span>}
    </>
  )
}
