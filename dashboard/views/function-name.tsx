import { nameOf, originOf, placeOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { colourClass } from '../model/colours.ts'
import { Swatch } from './swatch.tsx'

/** A function: the colour of its origin, its name and its place. */
export function FunctionName({ frame }: { readonly frame: Frame }) {
  const name = nameOf(frame)
  const place = placeOf(frame) || originOf(frame)
  return (
    <>
      <Swatch colour={colourClass(frame)} />
      <span class="function-name">{name}</span>
      {frame.kind !== 'system' && place !== name && (
        <span class="function-place">
          <bdi dir="ltr">{place}</bdi>
        </span>
      )}
    </>
  )
}
