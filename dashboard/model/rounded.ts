import { percentText } from './format.ts'

/** A percentage that was rounded with others of a sum. Like any share, little does not read as nothing, nor most as all. */
export function roundedText(percent: number, share: number): string {
  return percent > 0 && percent < 100 ? `${percent.toFixed(1)} %` : percentText(share)
}
