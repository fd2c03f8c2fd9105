import vm from 'node:vm'
import type { SamplerName } from '../plugin/model/wire/status.ts'
import { createSampler } from '../plugin/sampler/index.ts'
import type { Sampler } from '../plugin/sampler/segment.ts'

/** A stopped sampler, or why there is none here. */
export function trySampler(name: SamplerName, intervalUs = 1000): { sampler?: Sampler; why: string } {
  try {
    return { sampler: createSampler(name, intervalUs).sampler, why: '' }
  } catch (error) {
    return { why: (error as Error).message }
  }
}

export const workUrl = 'file:///app/work.js'

/** Compiled apart, so that positions are those of the text and not of a transpiler's. */
/** Compiled apart, so that positions are those of the text and not of a transpiler's. Times are CPU's. */
const workText = `(() => { 'use strict'
  const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
  function burnRed(ms) {
    const end = cpuMs() + ms
    let sum = 0
    while (cpuMs() < end) {
      for (let i = 0; i < 200000; i++) sum += i % 7
    }
    return sum
  }
function burnBlue(ms) {
    const end = cpuMs() + ms
    let sum = 0
    while (cpuMs() < end) for (let i = 0; i < 200000; i++) sum += i % 11
    return sum
  }
  function burnRegExp(ms) {
    const end = cpuMs() + ms
    const text = '1234567890x'.repeat(2000)
    let found = 0
    while (cpuMs() < end) if (/\\d+\\s/.test(text)) found++
    return found
  }
  function litter(ms) {
    const end = cpuMs() + ms
    let kept = []
    while (cpuMs() < end) {
      for (let i = 0; i < 1000; i++) kept.push({ at: i, text: String(i) })
      if (kept.length > 50000) kept = []
    }
    return kept.length
  }
  return { burnRed, burnBlue, burnRegExp, litter }
})()
`

export interface Work {
  burnRed(ms: number): number
  burnBlue(ms: number): number
  burnRegExp(ms: number): number
  /** Makes garbage. */
  litter(ms: number): number
}

/** A fresh copy of the functions, as a script of that name. */
export function compileWork(filename = workUrl): Work {
  return new vm.Script(workText, { filename }).runInThisContext() as Work
}

export function lineOf(text: string): number {
  return workText.slice(0, workText.indexOf(text)).split('\n').length
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** CPU of the process in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
