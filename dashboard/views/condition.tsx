import type { Status } from '../../plugin/model/wire/status.ts'

export interface ConditionProps {
  readonly status: Status
  readonly onRecord: () => void
}

/** Says above every page of the application why its numbers stand still or lack samples. Nothing while all is well. */
export function Condition({ status, onRecord }: ConditionProps) {
  const { recording, sampler, problem } = status
  if (recording && sampler.state !== 'failed') return null
  return (
    <p class="condition" role="status">
      {recording ? (
        <>
          <b>The sampler failed.</b> Requests are still timed, but no samples show where their time goes. It
          will be retried. {problem}
        </>
      ) : (
        <>
          <b>Recording is paused.</b> What your app does now is not recorded.{' '}
          <button type="button" class="update" onClick={onRecord}>
            Record
          </button>
        </>
      )}
    </p>
  )
}
