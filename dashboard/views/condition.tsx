import type { Status } from '../../plugin/model/wire.ts'

export interface ConditionProps {
  readonly status: Status
  readonly onRecord: () => void
}

/** Says above every page what makes its numbers stand still or lack samples. Nothing at all while all is well. */
export function Condition({ status, onRecord }: ConditionProps) {
  const { recording, sampler, problem } = status
  if (recording && sampler.state !== 'failed') return null
  return (
    <p class="condition" role="status">
      {recording ? (
        <>
          <b>The sampler failed.</b> Requests are timed still, but no samples say where their time went. It is
          tried again by itself. {problem}
        </>
      ) : (
        <>
          <b>Recording is paused.</b> What your app does now is not kept.{' '}
          <button type="button" class="update" onClick={onRecord}>
            Record
          </button>
        </>
      )}
    </p>
  )
}
