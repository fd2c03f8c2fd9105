import type { Profile } from '../model/profile.ts'

/** The Chrome DevTools protocol's `Profiler.Profile`. */
export interface CpuProfile {
  nodes: CpuProfileNode[]
  startTime: number
  endTime: number
  samples: number[]
  timeDeltas: number[]
}

export interface CpuProfileNode {
  id: number
  callFrame: {
    functionName: string
    scriptId: string
    url: string
    /** 0-based; -1 when there is none. */
    lineNumber: number
    columnNumber: number
  }
  hitCount: number
  children?: number[]
  /** Lines are 1-based here. */
  positionTicks?: { line: number; ticks: number }[]
}

export function toCpuProfile(profile: Profile): CpuProfile {
  const nodes: CpuProfileNode[] = profile.tree.parent.map((_, node) => {
    const frame = profile.frames[profile.tree.frame[node]]
    return {
      id: node + 1,
      callFrame: {
        functionName: node === 0 ? '(root)' : frame.name,
        scriptId: '0',
        url: frame.file,
        lineNumber: frame.line - 1,
        columnNumber: frame.column - 1,
      },
      hitCount: profile.tree.samples[node],
    }
  })
  return { nodes, startTime: 0, endTime: Math.round(profile.ownUs), samples: [1], timeDeltas: [0] }
}
