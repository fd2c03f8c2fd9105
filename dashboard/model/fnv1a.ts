/** FNV-1a of the text's UTF-16 code units: 32 bits, signed. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
