import { useEffect, useRef } from 'preact/hooks'

export type Actions = Readonly<Record<string, () => void>>

/** The actions of all components on the screen; the last one that knows a key handles it. */
const layers: { readonly current: Actions }[] = []

/** Single keys for the whole page, once however long they are held; not while typing, nor while a dialog is open. */
export function useShortcuts(actions: Actions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    if (layers.push(latest) === 1) addEventListener('keydown', onKeyDown)
    return () => {
      layers.splice(layers.indexOf(latest), 1)
      if (layers.length === 0) removeEventListener('keydown', onKeyDown)
    }
  }, [])
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return
  if (event.target instanceof HTMLInputElement || document.querySelector('dialog[open]') !== null) return
  const action = layers.findLast(({ current }) => Object.hasOwn(current, event.key))?.current[event.key]
  if (action === undefined) return
  event.preventDefault()
  action()
}
