/**
 * How a profile travels to the page: its columns as bytes, which are read in less than half the time of JSON and take
 * less room. Only the page of the same version reads it; everybody else asks for JSON.
 *
 * Four bytes with the length of the head, little-endian; the head; the columns one after the other. The head is the
 * profile as JSON in UTF-8, where `null` stands for a column and a number for a list of so many columns, in the order of
 * the columns. A column is a byte that says how it is written, then as variable-length integers (seven bits in a byte,
 * the lowest first, the eighth set where more follow) its length and its values.
 */
export const packedType = 'application/octet-stream'

/** The fields of a profile that hold columns. */
export const columnGroups = ['tree', 'lines', 'across', 'spans'] as const

/** As they are. */
export const WHOLE = 0
/** The difference to the value before; twice that, less one where it is negative (of its absolute value). */
export const STEPS = 1
/** How far the value lies before its own place in the column. */
export const BACK = 2
/** In hundredths, to which they are rounded; `ownUs` is then what the rounded own times add up to. */
export const HUNDREDTHS = 3
