import { ProfilerError } from '../errors.ts'

/** Two titles of V8 profiles, for one sampler while it is open. */
export interface Titles {
  readonly titles: readonly [string, string]
  release(): void
}

/** Shared by all copies of this package in the thread: V8 ignores a second profile there with the same title. */
const POOL = Symbol.for('fastify-profiler.titles')
const LIMIT = 16

/**
 * Takes two titles that nobody else has. There are few in all, because V8 keeps every title it has ever seen and no
 * more than 100 profiles at a time.
 */
export function takeTitles(): Titles {
  const shared = process as unknown as { [POOL]?: Set<number> }
  shared[POOL] ??= new Set()
  const pool = shared[POOL]
  let number = 0
  while (pool.has(number)) number++
  if (number >= LIMIT) {
    throw new ProfilerError('FST_PROFILER_NO_SAMPLER', `${LIMIT} samplers run in this thread already`)
  }
  pool.add(number)
  return {
    titles: [`fastify-profiler ${number}a`, `fastify-profiler ${number}b`],
    release: () => pool.delete(number),
  }
}
