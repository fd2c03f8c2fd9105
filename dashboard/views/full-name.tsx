import { useEffect, useState } from 'preact/hooks'
import { useBeside } from './use-beside.ts'

interface Shown {
  readonly text: string
  readonly x: number
  readonly y: number
}

/** Shows the title of what has the keyboard focus and is cut off. The browser shows titles to the pointer only. */
export function FullName() {
  const [shown, setShown] = useState<Shown>()
  useEffect(() => {
    const hide = () => setShown(undefined)
    const onFocus = ({ target }: FocusEvent) => {
      const element = target as HTMLElement
      if (!element.matches('[title]:focus-visible') || !isCut(element)) return hide()
      const { left, bottom } = element.getBoundingClientRect()
      setShown({ text: element.title, x: left - 14, y: bottom - 8 })
    }
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && hide()
    const closing = new AbortController()
    const options = { signal: closing.signal, capture: true }
    addEventListener('focusin', onFocus, options)
    addEventListener('focusout', hide, options)
    addEventListener('scroll', hide, options)
    addEventListener('keydown', onKey, options)
    return () => closing.abort()
  }, [])
  return shown && <Bubble {...shown} />
}

function Bubble({ text, x, y }: Shown) {
  return (
    <div class="full-name" ref={useBeside(x, y)} aria-hidden="true">
      {text}
    </div>
  )
}

/** Whether a part of the text has no room. */
function isCut(element: HTMLElement): boolean {
  return [element, ...element.querySelectorAll('span')].some(
    (part) => part.scrollWidth > part.clientWidth || part.getClientRects().length === 0,
  )
}
