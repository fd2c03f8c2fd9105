import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, shuffled } from './measure.ts'

export interface Startup {
  readonly subject: string
  /** Median CPU time of all threads from before the plugin is imported until `ready()` has resolved. */
  readonly cpuMs: number
  /** Median wall-clock time over the same stretch. */
  readonly wallMs: number
  /** CPU time less that of `absent` in the same round; median of the rounds. */
  readonly addedCpuMs: number
}

/** `V8 alone` starts V8's profiler for the first time and does nothing else: no profiler can cost less. */
const subjects = ['absent', 'off', 'registered', 'recording', 'V8 alone'] as const
const script = fileURLToPath(new URL('./startup-child.mjs', import.meta.url))

interface Start {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Measures `ready()` with and without the plugin, in fresh processes that take turns. */
export function startup(rounds: number): Startup[] {
  const starts = new Map<string, Start[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    for (const subject of shuffled(subjects)) {
      const { stdout } = spawnSync(process.execPath, [script, subject], { encoding: 'utf8' })
      starts.get(subject)!.push(JSON.parse(stdout))
    }
  }
  const base = starts.get('absent')!
  return [...starts].map(([subject, list]) => ({
    subject,
    cpuMs: round1(median(list.map(({ cpuMs }) => cpuMs))),
    wallMs: round1(median(list.map(({ wallMs }) => wallMs))),
    addedCpuMs: round1(median(list.map(({ cpuMs }, i) => cpuMs - base[i].cpuMs))),
  }))
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}
