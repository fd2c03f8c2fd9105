import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { visibleRows } from '../model/window.ts'

export interface VirtualRowsProps {
  readonly class: string
  readonly label: string
  readonly count: number
  readonly head: ComponentChildren
  readonly row: (index: number) => ComponentChildren
}

/** Height of each row; the style sheet's `--row`. */
const ROW_HEIGHT = 32

/** A table that scrolls by itself and of which only the rows on the screen exist. */
export function VirtualRows(props: VirtualRowsProps) {
  const scroller = useRef<HTMLElement>(null)
  const [view, setView] = useState({ top: 0, height: 640 })
  useLayoutEffect(() => {
    const element = scroller.current!
    const update = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(update)
    observer.observe(element)
    element.addEventListener('scroll', update, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', update)
    }
  }, [])
  const { first, last } = visibleRows(view.top, view.height, ROW_HEIGHT, props.count)
  const rows: ComponentChildren[] = []
  for (let i = first; i < last; i++) rows.push(props.row(i))
  const space = {
    marginTop: `${first * ROW_HEIGHT}px`,
    marginBottom: `${(props.count - last) * ROW_HEIGHT}px`,
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="rows-scroller" ref={scroller} tabIndex={0} aria-label={props.label}>
      <table class={props.class} aria-rowcount={props.count + 1} style={space}>
        <thead>{props.head}</thead>
        <tbody>{rows}</tbody>
      </table>
    </section>
  )
}
