import { nameOf, originOf, placeOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { colourClass } from '../model/colours.ts'
import { Swatch } from './swatch.tsx'

/** A function: the colour of its origin, its name and its place. One without a name is called by file and line. */
export function FunctionName({ frame }: { readonly frame: Frame }) {
  const name = nameOf(frame)
  const whole = placeOf(frame) || originOf(frame)
  const isFile = whole.endsWith(name)
  const place = isFile ? whole.slice(0, -name.length - 1) : whole
  return (
    <>
      <Swatch colour={colourClass(frame)} />
      <span class="function-name">{name}</span>
      {frame.kind !== 'system' && place !== '' && (
        <span class={isFile ? 'function-place function-folder' : 'function-place'}>
          <bdi dir="ltr">{place}</bdi>
        </span>
      )}
    </>
  )
}
