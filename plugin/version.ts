import { readFileSync } from 'node:fs'
import { moduleUrl } from './module-url.ts'

/** Version of the package; its manifest lies one folder up in the sources, two in the published package. */
export const version: string = readVersion(['../package.json', '../../package.json'])

function readVersion(places: readonly string[]): string {
  for (const place of places) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, moduleUrl(import.meta.url)), 'utf8'))
      if (manifest.name === 'fastify-profiler') return manifest.version
    } catch {
      // Try the next place.
    }
  }
  return 'unknown'
}
