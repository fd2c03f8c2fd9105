import { useRef, useState } from 'preact/hooks'
import type { RequestBounds } from '../../plugin/model/bounds.ts'
import type { RouteSummary } from '../../plugin/model/wire/routes.ts'
import { comparing } from '../comparing.ts'
import { useLoad } from '../use-load.ts'
import { BaselineList } from '../views/compare/baseline-list.tsx'
import { SaveForm } from '../views/compare/save-form.tsx'

export interface CompareMenuProps {
  readonly route: string
  readonly summary: RouteSummary | undefined
  /** Bounds of the requests that are selected. */
  readonly bounds: RequestBounds
}

/** The outcome of the last action in the menu, if there was one. */
interface Told {
  readonly status?: string
  readonly problem?: string
}

/** Saves what a route's page shows as a baseline, and links to comparisons with others. */
export function CompareMenu({ route, summary, bounds }: CompareMenuProps) {
  const [open, setOpen] = useState(false)
  const { data, error, reload } = useLoad(open ? 'baselines' : '', (signal) => comparing.baselines(signal))
  const [told, setTold] = useState<Told>({})
  const menu = useRef<HTMLDivElement>(null)
  /** Shows the progress of a change; resolves to whether it worked. */
  const change = async (made: Promise<unknown>, meanwhile: string, done: string) => {
    setTold({ status: meanwhile })
    const now: Told = await made.then(
      () => ({ status: done }),
      (failed: Error) => ({ problem: failed.message }),
    )
    setTold(now)
    reload()
    return now.problem === undefined
  }
  const save = (name: string) =>
    change(comparing.save(name, { route, ...bounds }), `Saving “${name}”…`, `Saved as “${name}”.`)
  const remove = (name: string) => {
    // The button disappears with its baseline: the focus stays in the menu.
    menu.current?.focus()
    void change(comparing.remove(name), `Deleting “${name}”…`, `Deleted “${name}”.`)
  }
  return (
    <>
      <button type="button" class="button" popovertarget="compare">
        Compare
      </button>
      <div
        id="compare"
        ref={menu}
        tabIndex={-1}
        popover="auto"
        class="explain compare-menu"
        role="dialog"
        aria-label="Compare"
        onToggle={(event) => {
          setOpen(event.newState === 'open')
          if (event.newState === 'closed') setTold({})
        }}
      >
        {open && (
          <>
            <BaselineList
              route={route}
              bounds={bounds}
              latency={summary?.latency}
              baselines={data?.baselines}
              error={error?.message}
              onRemove={remove}
            />
            {(data !== undefined || error !== undefined) && (
              <SaveForm baselines={data?.baselines} onSave={save} />
            )}
            <p class="muted" role="status">
              {told.status}
            </p>
            {told.problem !== undefined && (
              <p class="bad" role="alert">
                {told.problem}
              </p>
            )}
          </>
        )}
      </div>
    </>
  )
}
