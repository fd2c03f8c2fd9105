/**
 * How a profile travels to the page: its columns as bytes, which are read in less than half the time of JSON and take
 * less room. Only the page of the same version reads it; everybody else asks for JSON.
 *
 * Four bytes with the length of the head, little-endian; the head; the columns one after the other. The head is the
 * profile as JSON in UTF-8, where `null` stands for a column and a number for a list of so many columns, in the order of
 * the columns. A column is a byte that says how it is coded, then its length and its values as unsigned LEB128: seven bits in a
 * byte, the lowest first, the eighth set where more follow.
 */
export const packedType = 'application/octet-stream'

/** The fields of a profile that hold columns. */
export const columnGroups = ['tree', 'lines', 'across', 'spans'] as const

/** The values as they are. */
export const PLAIN = 0
/** The difference to the value before, zigzag-encoded: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
export const DELTAS = 1
/** The distance from a value back to its own index in the column: small for parents. */
export const DISTANCES = 2
/** The values in hundredths, to which they are rounded; `ownUs` is then what the rounded own times add up to. */
export const HUNDREDTHS = 3
