import type { Chart, Profile } from '../plugin/model/profile.ts'
import type { RequestDetail } from '../plugin/model/wire/requests.ts'

/** The profile of a request put in an order: its stacks one after another, in its own slices. */
export function fakeChart(profile: Profile, { wallMs, afterMs, slices }: RequestDetail): Chart {
  const own = slices
    .filter(({ kind }) => kind === 'own')
    .map(({ startUs, endUs }) => [Math.round(startUs), Math.round(endUs)])
  const spans = {
    node: [] as number[],
    startUs: [] as number[],
    endUs: [] as number[],
    samples: [] as number[],
  }
  const room = own.reduce((us, [start, end]) => us + end - start, 0)
  const scale = profile.ownUs > 0 ? room / profile.ownUs : 0
  let slice = 0
  let at = own[0]?.[0] ?? 0
  profile.tree.selfUs.forEach((us, node) => {
    let left = Math.round(us * scale)
    while (left > 0 && slice < own.length) {
      const end = Math.min(at + left, own[slice][1])
      if (end > at) {
        spans.node.push(node)
        spans.startUs.push(at)
        spans.endUs.push(end)
        spans.samples.push(Math.round((end - at) / 1084))
      }
      left -= end - at
      at = end
      if (at === own[slice][1]) at = own[++slice]?.[0] ?? at
    }
  })
  return { ...profile, wallUs: Math.round(wallMs * 1000), afterUs: afterMs * 1000, spans }
}
