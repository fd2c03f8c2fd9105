import { useMemo } from 'preact/hooks'
import type { ProfileDiff } from '../../../plugin/model/diff.ts'
import { FASTER, type Palette, SLOWER, UNCHANGED } from '../../model/colours.ts'
import { diffPicture } from '../../model/diff-picture.ts'
import type { Location, Navigate } from '../../model/location.ts'
import { readPath, writePath } from '../../model/path.ts'
import { picture } from '../../model/picture.ts'
import { readRange, writeRange } from '../../model/range.ts'
import { Crumbs } from '../flame/crumbs.tsx'
import { FlameGraph } from '../flame/flame-graph.tsx'
import { details } from '../flame/flame-tools.tsx'
import { memo } from '../memo.ts'
import { Segments } from '../segments.tsx'
import { Swatch } from '../swatch.tsx'

export interface DiffFlameProps {
  readonly diff: ProfileDiff
  /** Name of the side that the graph shows. */
  readonly name: string
  /** Whether to say that it shows all kept requests, since the headline does not. */
  readonly kept: boolean
  readonly colours: Palette
  readonly location: Location
  readonly onChange: Navigate
}

const ignore = () => {}

/** Head's flame graph, coloured by change. */
export const DiffFlame = memo(({ diff, name, kept, colours, location, onChange }: DiffFlameProps) => {
  const { all, zoom, range: seen } = location
  const { profile, changes } = useMemo(() => diffPicture(diff, all), [diff, all])
  const { frames } = profile
  const drawn = useMemo(() => picture(profile, false), [profile])
  const { boxes } = drawn
  const focus = useMemo(
    () => readPath(frames, boxes, zoom, { known: diff.frames }),
    [frames, boxes, zoom, diff],
  )
  const focusRange = useMemo(() => ({ from: boxes.start[focus], to: boxes.end[focus] }), [boxes, focus])
  const range = useMemo(() => readRange(seen, focusRange, boxes.end[0]), [seen, focusRange, boxes])
  const onFocus = (box: number, how?: 'replace') =>
    onChange({ zoom: writePath(frames, boxes, box), range: '' }, how)
  return (
    <section class="panel flame-panel" aria-labelledby="diff-flame-title">
      <header class="panel-head">
        <h2 id="diff-flame-title">Where it changed</h2>
        <ul class="legend" aria-label="Colours">
          <li>
            <Swatch colour={SLOWER + 2} /> ▲ slower
          </li>
          <li>
            <Swatch colour={FASTER + 2} /> ▼ faster
          </li>
          <li>
            <Swatch colour={UNCHANGED} /> no certain change
          </li>
        </ul>
        <div class="panel-tools">
          <span class="muted">In this graph</span>
          <Segments
            label="Detail of this graph"
            choices={details}
            value={all}
            onChoose={(value) => onChange({ all: value, range: '' })}
          />
        </div>
      </header>
      <div class="flame-line">
        <Crumbs frames={frames} boxes={boxes} focus={focus} onFocus={onFocus} />
        <p class="hint">
          Widths are {kept && 'means of all kept requests '}from “{name}”; what is not in it is only in the
          table
        </p>
      </div>
      <FlameGraph
        {...{ profile, colours, focus, range, changes, onFocus }}
        picture={drawn}
        matches={undefined}
        folds={undefined}
        onUnfold={ignore}
        onOpen={ignore}
        onRange={(now) => onChange({ range: writeRange(now, focusRange) }, 'replace')}
      />
    </section>
  )
})
