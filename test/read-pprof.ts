// Reads what the format says of itself (https://github.com/google/pprof/blob/main/proto/profile.proto), field by field:
// nothing that writes such files has a part in it. What breaks its rules throws.

/** Values of a field, in the order in which they come: numbers, or bytes. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>

const VARINT = 0n
const BYTES = 2n

function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>()
  let at = 0
  const number = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) throw new Error(`no number at ${at}`)
      const byte = bytes[at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = number()
    const field = Number(tag >> 3n)
    const list = fields.get(field) ?? []
    fields.set(field, list)
    if ((tag & 7n) === VARINT) list.push(number())
    else if ((tag & 7n) === BYTES) {
      const length = Number(number())
      if (at + length > bytes.length) throw new Error(`field ${field} ends too early`)
      list.push(bytes.subarray(at, at + length))
      at += length
    } else throw new Error(`field ${field} of type ${tag & 7n}`)
  }
  return fields
}

function messages(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((value) => readFields(value as Uint8Array))
}

/** One number, 0 where it is left out. */
function one(fields: Fields, field: number): bigint {
  return (fields.get(field)?.at(-1) as bigint | undefined) ?? 0n
}

/** Numbers, packed or not. */
function many(fields: Fields, field: number): bigint[] {
  return (fields.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'bigint') return [value]
    const numbers: bigint[] = []
    let number = 0n
    let shift = 0n
    for (const byte of value) {
      number |= BigInt(byte & 127) << shift
      shift += 7n
      if (byte >= 128) continue
      numbers.push(number)
      number = 0n
      shift = 0n
    }
    return numbers
  })
}

export interface PprofSample {
  /** `name:line`, from the inside out. */
  readonly stack: readonly string[]
  readonly values: readonly bigint[]
  readonly labels: Readonly<Record<string, string>>
}

/** A profile as `go tool pprof` sees it: ids resolved; ids and strings that are not there throw. */
export function readPprof(bytes: Uint8Array) {
  const file = readFields(bytes)
  const strings = (file.get(6) ?? []).map((text) => new TextDecoder().decode(text as Uint8Array))
  if (strings[0] !== '') throw new Error('the first string is not empty')
  const text = (index: bigint): string => {
    const found = strings[Number(index)]
    if (found === undefined) throw new Error(`no string ${index}`)
    return found
  }
  const valueType = (fields: Fields) => `${text(one(fields, 1))}/${text(one(fields, 2))}`
  const functions = byId(messages(file, 5), (fields) => ({
    name: text(one(fields, 2)),
    systemName: text(one(fields, 3)),
    filename: text(one(fields, 4)),
    startLine: Number(one(fields, 5)),
  }))
  const locations = byId(messages(file, 4), (fields) => {
    const [line] = messages(fields, 4)
    return `${known(functions, one(line, 1)).name}:${one(line, 2)}`
  })
  const sample = messages(file, 2).map(
    (fields): PprofSample => ({
      stack: many(fields, 1).map((id) => known(locations, id)),
      values: many(fields, 2),
      labels: Object.fromEntries(
        messages(fields, 3).map((label) => [text(one(label, 1)), text(one(label, 2))]),
      ),
    }),
  )
  const [periodType] = messages(file, 11)
  return {
    sampleType: messages(file, 1).map(valueType),
    defaultSampleType: text(one(file, 14)),
    sample,
    functions: [...functions.values()],
    timeNanos: one(file, 9),
    durationNanos: one(file, 10),
    periodType: valueType(periodType),
    period: one(file, 12),
    comments: many(file, 13).map(text),
  }
}

function byId<Value>(list: readonly Fields[], read: (fields: Fields) => Value): Map<bigint, Value> {
  const map = new Map<bigint, Value>()
  for (const fields of list) {
    const id = one(fields, 1)
    if (id === 0n || map.has(id)) throw new Error(`id ${id} is taken`)
    map.set(id, read(fields))
  }
  return map
}

function known<Value>(map: ReadonlyMap<bigint, Value>, id: bigint): Value {
  const found = map.get(id)
  if (found === undefined) throw new Error(`no id ${id}`)
  return found
}
