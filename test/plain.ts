/** With lists for typed arrays, so that what came as bytes compares with what was written. */
export function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field) => (ArrayBuffer.isView(field) ? [...(field as Float64Array)] : field)),
  )
}
