import { columnGroups, DELTAS, DISTANCES, HUNDREDTHS } from '../../plugin/model/packed.ts'
import type { Column, Profile } from '../../plugin/model/profile.ts'
import { sum } from '../../plugin/model/sum.ts'

/**
 * Reads a profile from bytes in the format of `plugin/model/packed.ts`. Throws if they are not. Columns by node, line or
 * span are typed arrays, which go to another thread without being copied.
 */
export function unpack<Kind extends Profile<Column>>(buffer: ArrayBuffer): Kind {
  const bytes = new Uint8Array(buffer)
  const headEnd = 4 + new DataView(buffer).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, headEnd)))
  const source = { bytes, at: headEnd }
  for (const group of columnGroups) {
    const read = () => (group === 'across' ? [...readColumn(source)] : readColumn(source))
    for (const [name, mark] of Object.entries<number | null>(head[group] ?? {})) {
      head[group][name] = mark === null ? read() : Array.from({ length: mark }, read)
    }
  }
  // The sum of the rounded times, so that a function that took everything has a share of exactly 1.
  head.ownUs = sum(head.tree.selfUs)
  return head
}

/** Bytes with a reading position. */
interface Source {
  readonly bytes: Uint8Array
  at: number
}

function readColumn(source: Source): Int32Array | Float64Array {
  const coding = source.bytes[source.at++]
  const column = readNumbers(source, readNumbers(source, 1)[0])
  if (coding === HUNDREDTHS) for (let i = 0; i < column.length; i++) column[i] /= 100
  else if (coding === DELTAS) {
    for (let i = 0, last = 0; i < column.length; i++) {
      const step = column[i]
      last += step % 2 === 0 ? step / 2 : -(step + 1) / 2
      column[i] = last
    }
  } else if (coding === DISTANCES) {
    const places = new Int32Array(column.length)
    for (let i = 0; i < column.length; i++) places[i] = i - column[i]
    return places
  }
  return column
}

/** Reads `length` numbers of variable length. There are millions of them, hence the hand-written loop. */
function readNumbers(source: Source, length: number): Float64Array {
  const { bytes } = source
  // Each takes at least a byte.
  if (!(length <= bytes.length - source.at)) throw cutOff()
  const numbers = new Float64Array(length)
  let at = source.at
  for (let i = 0; i < length; i++) {
    let number = bytes[at++]
    if (number > 127) {
      number -= 128
      for (let scale = 128, more = true; more; scale *= 128) {
        const byte = bytes[at++]
        number += (byte & 127) * scale
        more = byte > 127
      }
    }
    numbers[i] = number
  }
  if (at > bytes.length) throw cutOff()
  source.at = at
  return numbers
}

function cutOff(): RangeError {
  return new RangeError('The profile is cut off.')
}
