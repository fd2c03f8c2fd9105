import type { Frame, Profile } from '../plugin/model/profile.ts'

/** A profile from lines `a;b;c 3` (frames from the root down; samples of 1 ms). */
export function profileOf(picture: string): Profile {
  const frames: Frame[] = [{ name: 'root', file: '', line: 0, column: 0, kind: 'root' }]
  const parent = [-1]
  const frame = [0]
  const samples = [0]
  for (const line of picture.split('\n').map((text) => text.trim())) {
    if (line === '') continue
    const cut = line.lastIndexOf(' ')
    let node = 0
    for (const name of line.slice(0, cut).split(';')) {
      let f = frames.findIndex((known, i) => i > 0 && known.name === name)
      if (f < 0) f = frames.push({ name, file: `${name}.ts`, line: 1, column: 1, kind: 'app' }) - 1
      let child = parent.findIndex((up, i) => i > 0 && up === node && frame[i] === f)
      if (child < 0) {
        child = parent.push(node) - 1
        frame.push(f)
        samples.push(0)
      }
      node = child
    }
    samples[node] += Number(line.slice(cut + 1))
  }
  const sum = samples.reduce((a, b) => a + b, 0)
  return {
    version: 1,
    title: 'root',
    requests: 1,
    samples: sum,
    ownUs: sum * 1000,
    intervalUs: 1000,
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:01.000Z',
    root: '/app',
    frames,
    tree: { parent, frame, samples, selfUs: samples.map((n) => n * 1000) },
    lines: { node: [], line: [], samples: [] },
  }
}
