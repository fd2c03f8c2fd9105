import { useState } from 'preact/hooks'
import type { RequestBounds } from '../../plugin/model/bounds.ts'
import type { RouteSummary } from '../../plugin/model/wire.ts'
import { comparing } from '../comparing.ts'
import { useLoad } from '../load.ts'
import { BaselineList } from '../views/compare/baseline-list.tsx'
import { SaveForm } from '../views/compare/save-form.tsx'

export interface CompareMenuProps {
  readonly route: string
  readonly summary: RouteSummary | undefined
  /** Of the requests that are looked at. */
  readonly bounds: RequestBounds
}

/** Saves what is on a route's page as a baseline, and leads to comparisons with others. */
export function CompareMenu({ route, summary, bounds }: CompareMenuProps) {
  const [open, setOpen] = useState(false)
  const { data, error, reload } = useLoad(open ? 'baselines' : '', (signal) => comparing.baselines(signal))
  const [problem, setProblem] = useState('')
  const change = async (made: Promise<unknown>) => {
    setProblem('')
    await made.catch((failed: Error) => setProblem(failed.message))
    reload()
  }
  return (
    <>
      <button type="button" class="button" popovertarget="compare">
        Compare
      </button>
      <div
        id="compare"
        popover="auto"
        class="explain compare-menu"
        role="dialog"
        aria-label="Compare"
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && (
          <>
            <BaselineList
              route={route}
              bounds={bounds}
              latency={summary?.latency}
              baselines={data?.baselines}
              error={error?.message}
              onRemove={(name) => void change(comparing.remove(name))}
            />
            <SaveForm onSave={(name) => void change(comparing.save(name, { route, ...bounds }))} />
            {problem !== '' && (
              <p class="bad" role="alert">
                {problem}
              </p>
            )}
          </>
        )}
      </div>
    </>
  )
}
