import { nameOf } from '../../plugin/model/names.ts'
import type { Frame } from '../../plugin/model/profile.ts'
import { colourClass } from '../model/colours.ts'
import { besideName } from '../model/names.ts'
import { Swatch } from './swatch.tsx'

/** A function: the colour of its origin, its name and its place. One without a name is called by file and line. */
export function FunctionName({ frame }: { readonly frame: Frame }) {
  const { text, isFolder } = besideName(frame)
  return (
    <>
      <Swatch colour={colourClass(frame)} />
      <span class="function-name">{nameOf(frame)}</span>
      {frame.kind !== 'system' && text !== '' && (
        <span class={isFolder ? 'function-place function-folder' : 'function-place'}>
          <bdi dir="ltr">{text}</bdi>
        </span>
      )}
    </>
  )
}
