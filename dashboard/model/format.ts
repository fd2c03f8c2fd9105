/** Numbers for people: three significant digits, always with their unit. `NaN` reads as a dash. */

import type { Range } from './range.ts'

export interface Quantity {
  readonly value: string
  /** `''` for plain counts. */
  readonly unit: string
}

const DASH: Quantity = { value: '–', unit: '' }

export function duration(ms: number): Quantity {
  if (!Number.isFinite(ms)) return DASH
  const size = Math.abs(ms)
  if (size === 0) return { value: '0', unit: 'ms' }
  if (size < 0.0005) return { value: '<1', unit: 'µs' }
  if (size < 0.9995) return { value: digits(ms * 1000), unit: 'µs' }
  if (size < 999.5) return { value: digits(ms), unit: 'ms' }
  if (size < 59_950) return { value: digits(ms / 1000), unit: 's' }
  return { value: longDuration(ms), unit: '' }
}

export function durationText(ms: number): string {
  return text(duration(ms))
}

/** A moment of something that took `wholeMs`, in one unit for all of its moments: `0.35 ms`, `123.40 ms`. */
export function momentText(ms: number, wholeMs: number): string {
  if (wholeMs < 1) return `${Math.round(ms * 1000)} µs`
  return wholeMs < 10_000 ? `${ms.toFixed(2)} ms` : `${(ms / 1000).toFixed(4)} s`
}

/** A time range as text; all in microseconds. */
export function rangeText({ from, to }: Range, wholeUs: number): string {
  return `${momentText(from / 1000, wholeUs / 1000)} to ${momentText(to / 1000, wholeUs / 1000)}`
}

/** Rounding error of a sum of parts in floating point, as a share of it. */
const ROUNDING = 1e-12

/** A share from 0 to 1. Never rounds a part up to all, or something down to nothing. */
export function percent(share: number): Quantity {
  if (!Number.isFinite(share)) return DASH
  const value = Math.abs(share - 1) < ROUNDING ? 100 : share * 100
  if (value === 0) return { value: '0', unit: '%' }
  if (value < 0.05) return { value: '<0.1', unit: '%' }
  if (value > 99.9 && value < 100) return { value: '>99.9', unit: '%' }
  return { value: value > 99.95 ? grouped(value) : value.toFixed(1), unit: '%' }
}

export function percentText(share: number): string {
  return text(percent(share))
}

export function count(n: number): string {
  if (!Number.isFinite(n)) return DASH.value
  const size = Math.abs(n)
  if (size < 1e6) return grouped(n)
  if (size < 999.5e6) return `${digits(n / 1e6)} M`
  return `${size < 999.5e9 ? digits(n / 1e9) : grouped(n / 1e9)} G`
}

/** `1 request`, `2 requests`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

function bytes(n: number): Quantity {
  if (!Number.isFinite(n)) return DASH
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = n
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return { value: unit === 0 ? String(Math.round(value)) : digits(value), unit: units[unit] }
}

export function bytesText(n: number): string {
  return text(bytes(n))
}

export function text({ value, unit }: Quantity): string {
  return unit === '' ? value : `${value} ${unit}`
}

/** A whole number with a comma before each three digits. The page is English; this is much faster than by locale. */
function grouped(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Three significant digits without an exponent; whole numbers of any size are kept. */
function digits(n: number): string {
  const size = Math.abs(n)
  if (size >= 99.95) return String(Math.round(n))
  return size >= 9.995 ? n.toFixed(1) : n.toFixed(2)
}

function longDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const hours = Math.round(minutes / 60)
  const days = Math.floor(hours / 24)
  return days < 100 ? `${days} d ${hours % 24} h` : `${count(days)} d`
}
