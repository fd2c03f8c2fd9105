import { useCallback, useMemo, useRef, useState } from 'preact/hooks'
import { fileCosts } from '../../plugin/model/file-costs.ts'
import { isGenerated, originOf } from '../../plugin/model/names.ts'
import type { Column, Frame, Profile } from '../../plugin/model/profile.ts'
import type { Selection } from '../../plugin/model/wire/selection.ts'
import { api } from '../client.ts'
import { codeCosts, hottestLine, nextHot } from '../model/code-rows.ts'
import { readFunction, writeFunction } from '../model/function-key.ts'
import type { Location, Navigate } from '../model/location.ts'
import { useLoad } from '../use-load.ts'
import { useShortcuts } from '../use-shortcuts.ts'
import { FunctionPanel } from '../views/function/function-panel.tsx'
import { SourcePanel } from '../views/source/source-panel.tsx'
import { Message } from '../views/states.tsx'
import { useTokens } from './use-tokens.ts'

export interface FunctionScreenProps {
  /** The whole profile, and what is shown of it. */
  readonly whole: Profile<Column>
  readonly shown: Profile<Column>
  /** The requests of the profile; undefined for one from a file. */
  readonly selection?: Selection
  readonly location: Location
  readonly go: Navigate
}

/** One function with its source, in place of the flame graph. */
export function FunctionScreen(props: FunctionScreenProps) {
  const { whole, location, go } = props
  const frame = useMemo(() => readFunction(whole.frames, location.function), [whole, location.function])
  const close = useCallback(() => go({ function: '', line: '' }), [go])
  // If a popover is open, Escape closes that.
  useShortcuts({ Escape: () => document.querySelector(':popover-open') === null && close() })
  if (frame < 0) {
    return (
      <section class="panel">
        <Message
          part
          title="This function is not in the profile"
          action={{ label: 'Back to the flame graph', onClick: close }}
        >
          <p>It did not run in what is kept now.</p>
        </Message>
      </section>
    )
  }
  return <OneFunction {...props} frame={frame} onClose={close} />
}

interface OneFunctionProps extends FunctionScreenProps {
  readonly frame: number
  readonly onClose: () => void
}

function OneFunction({ whole, shown, selection, location, go, frame, onClose }: OneFunctionProps) {
  const info = whole.frames[frame]
  const { file } = info
  // Where libraries are folded, what happens inside them is only in the whole profile.
  const profile = useMemo(
    () => (Array.prototype.includes.call(shown.tree.frame, frame) ? shown : whole),
    [shown, whole, frame],
  )
  const unfoldedUs = useMemo(() => selfOf(whole, frame), [whole, frame])
  const without = whyNoSource(info, selection)
  // Loaded again with each profile: the file may have changed, and costs belong to its lines.
  const made = useRef({ of: whole, nth: 0 })
  if (made.current.of !== whole) made.current = { of: whole, nth: made.current.nth + 1 }
  const subject = `${JSON.stringify(selection)} ${file}`
  const source = useLoad(
    without === '' ? `source ${made.current.nth} ${subject}` : '',
    (signal) => api.source(selection!, file, signal),
    `source ${subject}`,
  )
  const costs = useMemo(() => codeCosts(fileCosts(whole, file)), [whole, file])
  const hottest = useMemo(() => hottestLine(whole, frame), [whole, frame])
  const line = Number(location.line) || hottest
  const tokens = useTokens(file, source.data?.text ?? '')
  // The requested line may be the current one, scrolled out of view.
  const [asked, setAsked] = useState(0)
  const toHot = (step: 1 | -1) => {
    setAsked(asked + 1)
    go({ line: String(nextHot(costs, line, step)) }, 'replace')
  }
  useShortcuts(without === '' ? { n: () => toHot(1), N: () => toHot(-1) } : {})
  const open = useCallback(
    (next: number) => go({ function: writeFunction(whole.frames[next]), line: '' }),
    [go, whole],
  )
  return (
    <>
      <FunctionPanel {...{ profile, frame, unfoldedUs, onOpen: open, onClose }} />
      <SourcePanel
        frame={info}
        source={source.data}
        error={source.error?.message}
        {...{ without, costs, tokens, line, asked }}
        ownMs={whole.ownUs / 1000}
        onReload={source.reload}
        onHot={toHot}
      />
    </>
  )
}

/** Self time of a frame, microseconds. */
function selfOf({ tree: { frame: frames, selfUs } }: Profile<Column>, frame: number): number {
  let sum = 0
  for (let i = 0; i < frames.length; i++) if (frames[i] === frame) sum += selfUs[i]
  return sum
}

/** Why there is nothing to ask the server for; `''` when there is. */
function whyNoSource(frame: Frame, selection: Selection | undefined): string {
  if (isGenerated(frame)) return 'generated code: it was made at run time and is in no file.'
  const isCode = frame.kind === 'app' || frame.kind === 'package'
  if (!isCode || frame.file === '') {
    return `${originOf(frame)}: this is not code of your application or its packages.`
  }
  return selection === undefined ? 'The profile is from a file, which holds no source code.' : ''
}
