/**
 * The packed form in which a profile travels to the page: its columns as bytes, which are smaller than JSON and read in
 * less than half the time. Only the page of the same version reads it; everybody else asks for JSON.
 *
 * It consists of the length of the head in four bytes, little-endian; the head; and the columns one after the other.
 * The head is the profile as JSON in UTF-8, in which `null` stands for a column and a number for a list of so many
 * columns, in the order of the columns. A column is a byte that says how it is coded, then its length and its values as
 * unsigned LEB128: seven bits per byte, the lowest first, the eighth bit set if more bytes follow.
 */
export const packedType = 'application/octet-stream'

/** The fields of a profile that hold columns. */
export const columnGroups = ['tree', 'lines', 'across', 'spans'] as const

/** Coding: the values as they are. */
export const PLAIN = 0
/** Coding: the difference from the previous value, zigzag-encoded (0, -1, 1, -2, 2 become 0, 1, 2, 3, 4). */
export const DELTAS = 1
/** Coding: the distance from a value up to its own index in the column, which is small for parents. */
export const DISTANCES = 2
/** Coding: the values rounded to hundredths; `ownUs` is then the sum of the rounded self times. */
export const HUNDREDTHS = 3
