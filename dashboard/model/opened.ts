import type { Chart, Column, Profile } from '../../plugin/model/profile.ts'
import type { Location } from './location.ts'
import { type Picture, picture } from './picture.ts'
import { nameRoles } from './roles.ts'
import { shownChart } from './shown-chart.ts'
import { type Sight, sightOf } from './sight.ts'
import { type TimeOrder, timeOrder } from './time-order.ts'
import { unpack } from './unpack.ts'

/** The settings that a profile is viewed with. */
export type View = Pick<Location, 'all' | 'only' | 'unfold' | 'inverted'>

/** A profile or chart, with its first view if that was prepared because it takes long. */
export interface Opened {
  readonly profile: Profile<Column>
  readonly first?: FirstLook
}

/** The first view of a profile. All of it is data, so that another thread can make it. */
export interface FirstLook {
  readonly view: View
  readonly sight: Sight
  /** The picture of a profile. */
  readonly picture?: Picture
  /** The picture of a chart. */
  readonly chart?: DrawnChart
}

export interface DrawnChart {
  /** See `shownChart`. */
  readonly shown: Chart<Column>
  readonly picture: TimeOrder
}

/** The profile in these bytes, see `unpack`. */
export function openPacked(buffer: ArrayBuffer): Opened {
  return { profile: nameRoles(unpack(buffer)) }
}

/** The profile in these bytes, with everything needed to show it. */
export function openToLook(buffer: ArrayBuffer, view: View): Opened {
  const { profile } = openPacked(buffer)
  const sight = inColumns(sightOf(profile, view))
  const drawn = isChart(profile)
    ? { chart: drawChart(profile, sight) }
    : { picture: picture(sight.profile, view.inverted) }
  return { profile, first: { view, sight, ...drawn } }
}

/** The sight that was prepared, if it was for this view. */
export function firstSight(
  { first }: Opened,
  { all, only, unfold }: Omit<View, 'inverted'>,
): Sight | undefined {
  const isSame = first?.view.all === all && first.view.only === only && first.view.unfold === unfold
  return isSame ? first.sight : undefined
}

export function drawChart(chart: Chart<Column>, sight: Sight): DrawnChart {
  const shown = shownChart(chart, sight)
  return { shown, picture: timeOrder(shown) }
}

export function isChart(profile: Profile<Column>): profile is Chart<Column> {
  return 'spans' in profile
}

/** Lists of numbers would be copied one number at a time on their way to another thread. */
function inColumns(sight: Sight): Sight {
  const { parent, frame, selfUs, samples } = sight.profile.tree
  if (!Array.isArray(parent)) return sight
  const tree = {
    parent: new Int32Array(parent),
    frame: new Int32Array(frame),
    selfUs: new Float64Array(selfUs),
    samples: new Float64Array(samples),
  }
  return { ...sight, profile: { ...sight.profile, tree } }
}

/** The buffers of all columns, each once: they can be transferred to another thread instead of copied. */
export function buffersOf(opened: Opened): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const visit = (value: unknown) => {
    if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const field of Object.values(value)) visit(field)
    }
  }
  visit(opened)
  return [...found]
}
