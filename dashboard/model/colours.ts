import type { Frame } from '../../plugin/model/profile.ts'
import { fnv1a } from './fnv1a.ts'

export type Theme = 'light' | 'dark'

/**
 * Colours show where code comes from: your own code is warm, everything else cool or grey. Neighbours differ a little in
 * lightness, so that boxes side by side can be told apart. Class numbers index the palette.
 */
const ROOT = 0
export const APP_CLASS = 1
const NODE = 4
const NATIVE = 6
const SYSTEM = 7
const PACKAGE = 8
const APP_SHADES = 3
const NODE_SHADES = 2
const PACKAGE_SHADES = 2
/** From cyan over blue to violet: far from the orange of the app, the green of Node and the pink of a match. */
const PACKAGE_HUES = [250, 195, 290, 222, 270, 208, 304, 238]

/** Class of a box that matches the search. */
export const MATCH = PACKAGE + PACKAGE_HUES.length * PACKAGE_SHADES
/** In a comparison, from slight to strong: red is slower, blue is faster, which colour-blind people can tell apart too. */
export const SLOWER = MATCH + 1
export const FASTER = SLOWER + 3
export const UNCHANGED = ROOT

export interface Palette {
  /** Pixels as an `ImageData` holds them, by class. */
  readonly solid: Uint32Array
  /** Colours faded towards the background, for boxes that are too narrow to be seen or above the zoomed box. */
  readonly faint: Uint32Array
  readonly css: readonly string[]
  readonly background: number
  readonly text: string
  readonly fadedText: string
}

type Rgb = readonly [number, number, number]

/** The class of each frame. */
export function colourClasses(frames: readonly Frame[]): Uint8Array {
  return Uint8Array.from(frames, colourClass)
}

export function colourClass(frame: Frame): number {
  switch (frame.kind) {
    case 'app':
      return APP_CLASS + (hash(frame.name + frame.file) % APP_SHADES)
    case 'package':
      return packageClass(frame.package ?? '') + (hash(frame.name + frame.file) % PACKAGE_SHADES)
    case 'node':
      return NODE + (hash(frame.name) % NODE_SHADES)
    case 'native':
      return NATIVE
    case 'system':
      return SYSTEM
    case 'root':
    case 'phase':
      return ROOT
  }
}

export function packageClass(name: string): number {
  return PACKAGE + (hash(name) % PACKAGE_HUES.length) * PACKAGE_SHADES
}

/** Background and text are the page's own, see `--surface` in the style sheet. */
export function palette(theme: Theme): Palette {
  const background: Rgb = theme === 'light' ? [255, 255, 255] : [22, 24, 29]
  const colours = (theme === 'light' ? lightColours() : darkColours()).map(fromOklch)
  return {
    solid: Uint32Array.from(colours, pixel),
    faint: Uint32Array.from(colours, (colour) => pixel(mix(colour, background, 0.55))),
    css: colours.map(([r, g, b]) => `rgb(${r} ${g} ${b})`),
    background: pixel(background),
    text: theme === 'light' ? '#16181d' : '#ffffff',
    fadedText: theme === 'light' ? '#525762' : '#b0b6c0',
  }
}

/** Lightness, chroma, hue by class. */
function lightColours(): Rgb[] {
  return [
    [0.915, 0.004, 260],
    ...[0.83, 0.8, 0.86].map((l): Rgb => [l, 0.12, 62]),
    ...[0.87, 0.84].map((l): Rgb => [l, 0.055, 152]),
    [0.84, 0.012, 260],
    [0.89, 0.006, 260],
    ...PACKAGE_HUES.flatMap((hue): Rgb[] => [
      [0.84, 0.065, hue],
      [0.8, 0.075, hue],
    ]),
    [0.75, 0.19, 345],
    ...shades([0.9, 0.05], [0.81, 0.1], [0.72, 0.16]),
  ]
}

function darkColours(): Rgb[] {
  return [
    [0.345, 0.008, 260],
    ...[0.55, 0.52, 0.57].map((l): Rgb => [l, 0.125, 50]),
    ...[0.45, 0.42].map((l): Rgb => [l, 0.055, 155]),
    [0.42, 0.018, 260],
    [0.375, 0.008, 260],
    ...PACKAGE_HUES.flatMap((hue): Rgb[] => [
      [0.48, 0.085, hue],
      [0.44, 0.085, hue],
    ]),
    [0.58, 0.22, 350],
    ...shades([0.41, 0.06], [0.47, 0.12], [0.53, 0.18]),
  ]
}

/** Lightness and chroma of three reds and three blues. */
function shades(...all: (readonly [number, number])[]): Rgb[] {
  return [27, 250].flatMap((hue) => all.map(([lightness, chroma]): Rgb => [lightness, chroma, hue]))
}

/** Converts OKLCH to bytes of sRGB, clipped to its gamut. */
function fromOklch([lightness, chroma, hue]: Rgb): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

function toByte(linear: number): number {
  const value = Math.min(Math.max(linear, 0), 1)
  const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}

function mix(colour: Rgb, other: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(colour[i] * (1 - share) + other[i] * share)
  return [part(0), part(1), part(2)]
}

/** A pixel as a 32-bit number, little-endian like all machines with a browser. */
function pixel([r, g, b]: Rgb): number {
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0
}

function hash(text: string): number {
  const value = fnv1a(text)
  return (value ^ (value >>> 15)) >>> 0
}
