import { useRef } from 'preact/hooks'
import type { Status } from '../../plugin/model/wire/status.ts'
import { plural } from '../model/format.ts'
import { ClearIcon, PauseIcon, RecordIcon } from './icons.tsx'

export interface RecordControlsProps {
  readonly status: Status
  readonly connected: boolean
  readonly onRecord: (recording: boolean) => void
  readonly onClear: () => void
}

export function RecordControls({ status, connected, onRecord, onClear }: RecordControlsProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { recording } = status
  return (
    <>
      <span class="recording" data-state={!connected ? 'lost' : recording ? 'on' : 'off'} role="status">
        {!connected ? 'No connection' : recording ? 'Recording' : 'Paused'}
      </span>
      <button
        type="button"
        class="button"
        disabled={!connected}
        onClick={() => onRecord(!recording)}
        title={recording ? 'Pause recording (p)' : 'Record (p)'}
      >
        {recording ? <PauseIcon /> : <RecordIcon />}
        <span class="button-text">{recording ? 'Pause' : 'Record'}</span>
      </button>
      <button
        type="button"
        class="button"
        disabled={!connected}
        onClick={() => dialog.current!.showModal()}
        title="Clear recorded data"
      >
        <ClearIcon />
        <span class="button-text">Clear</span>
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="clear-title">
        <h2 id="clear-title">Clear recorded data?</h2>
        <p>
          Numbers, requests and profiles of {plural(status.counts.routes, 'route')} will be deleted. Pinned
          requests stay.
        </p>
        <form method="dialog" class="dialog-buttons">
          <button type="submit" class="button">
            Cancel
          </button>
          <button type="submit" class="button danger" onClick={onClear}>
            Clear
          </button>
        </form>
      </dialog>
    </>
  )
}
