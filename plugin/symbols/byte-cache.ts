/** A cache of limited bytes that keeps what was used last; the newest entry stays whatever its size. */
export interface ByteCache<V> {
  get(key: string): V | undefined
  set(key: string, value: V, bytes: number): void
}

export function createByteCache<V>(maxBytes: number): ByteCache<V> {
  const entries = new Map<string, { value: V; bytes: number }>()
  let bytes = 0
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, size) {
      bytes += size - (entries.get(key)?.bytes ?? 0)
      entries.delete(key)
      entries.set(key, { value, bytes: size })
      for (const [oldest, entry] of entries) {
        if (bytes <= maxBytes || oldest === key) break
        entries.delete(oldest)
        bytes -= entry.bytes
      }
    },
  }
}
