import { useState } from 'preact/hooks'
import type { Status } from '../../plugin/model/wire/status.ts'
import { bytesText, durationText } from '../model/format.ts'
import { Loading, type LoadingProps } from './states.tsx'
import type { StatusDetails } from './status-details.tsx'

export interface StatusPanelProps extends Pick<LoadingProps, 'error' | 'reload'> {
  readonly status: Status
  /** Undefined while it is not loaded, which begins when the panel opens. */
  readonly Details: typeof StatusDetails | undefined
  readonly onOpen: () => void
}

/** The state of the profiler in a line, with details in a panel that opens below. */
export function StatusPanel({ status, Details, onOpen, ...loading }: StatusPanelProps) {
  const { memory, sampler } = status
  const [open, setOpen] = useState(false)
  const hasProblem = `${status.problem}${status.baselines.problem}` !== ''
  return (
    <>
      <button type="button" class="status-button" popovertarget="status" title="State of the profiler">
        <span class="button-text">{sampler.name}</span>
        <span class="button-text">
          every {durationText((sampler.achievedIntervalUs || sampler.intervalUs) / 1000)}
        </span>
        <span>{bytesText(memory.bytes)}</span>
        {hasProblem && <span class="bad">problem</span>}
      </button>
      <div
        id="status"
        popover="auto"
        class="status-panel"
        role="dialog"
        aria-label="State of the profiler"
        onBeforeToggle={({ newState }) => {
          setOpen(newState === 'open')
          onOpen()
        }}
      >
        {open && (Details ? <Details status={status} /> : <Loading {...loading} part label="Loading" />)}
      </div>
    </>
  )
}
