import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { cpuProfileSteps } from '../../plugin/formats/cpuprofile.ts'
import { packSteps } from '../../plugin/formats/packed.ts'
import { atOnce } from '../../plugin/model/steps.ts'
import { bigProfile } from '../../test/fake-data.ts'

/** Bytes that go over the wire, gzipped: of the viewers themselves, and of profiles in several forms. */
export function bytes(): Record<string, number> {
  const zipped = (text: string | Uint8Array) => gzipSync(text).length
  const files = (folder: string, pattern: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => pattern.test(name))
      .reduce((sum, name) => sum + zipped(readFileSync(`${folder}/${name}`)), 0)
  const forms = [10_000, 100_000].flatMap((nodes) => {
    const profile = bigProfile(nodes)
    return [
      [`profile of ${nodes} nodes, as the page gets it`, zipped(atOnce(packSteps(profile)))],
      [`profile of ${nodes} nodes, as JSON`, zipped(JSON.stringify(profile))],
      [`profile of ${nodes} nodes, as .cpuprofile`, zipped(JSON.stringify(atOnce(cpuProfileSteps(profile))))],
    ] as const
  })
  return {
    'dashboard, all of it': files('dist/dashboard', /\.(js|css|html)$/),
    'd3-flame-graph': files('bench/page/dist/assets', /^d3.*\.(js|css)$/),
    'react-pprof': files('bench/page/dist/assets', /^react-pprof.*\.(js|css)$/),
    speedscope: files(
      'bench/page/node_modules/speedscope/dist/release',
      /^(speedscope-.*\.(js|css)|index\.html)$/,
    ),
    ...Object.fromEntries(forms),
  }
}
