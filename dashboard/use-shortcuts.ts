import { useEffect, useRef, useState } from 'preact/hooks'
import { readStored, store } from './stored.ts'

export type Actions = Readonly<Record<string, () => void>>

/** The actions of all components on the screen; the last one that knows a key handles it. */
const layers: { readonly current: Actions }[] = []

const KEY = 'fastify-profiler-keys'
const OFF = 'off'
/** Keys that move or leave something, and so are no character, act always. */
let charactersAct = readStored(KEY) !== OFF

/** Whether keys of letters and signs act on the whole page: those who speak their input, say, can do without. */
export function useCharacterKeys(): [boolean, (act: boolean) => void] {
  const [act, setAct] = useState(charactersAct)
  return [
    act,
    (next) => {
      charactersAct = next
      setAct(next)
      store(KEY, next ? undefined : OFF)
    },
  ]
}

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
  if (!charactersAct && event.key.length === 1) return
  if (event.target instanceof HTMLInputElement || document.querySelector('dialog[open]') !== null) return
  const action = layers.findLast(({ current }) => Object.hasOwn(current, event.key))?.current[event.key]
  if (action === undefined) return
  event.preventDefault()
  action()
}
