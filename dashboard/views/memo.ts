import { type FunctionComponent, h, type VNode } from 'preact'
import { useRef } from 'preact/hooks'

/** A view that is not drawn again as long as all of its properties stay the same. */
export function memo<Props extends object>(view: FunctionComponent<Props>): FunctionComponent<Props> {
  return function Memo(props: Props) {
    const last = useRef<{ readonly props: Props; readonly drawn: VNode<Props> }>(undefined)
    if (last.current === undefined || !same(last.current.props, props)) {
      last.current = { props, drawn: h(view, props) }
    }
    return last.current.drawn
  }
}

function same<Props extends object>(a: Props, b: Props): boolean {
  const names = Object.keys(a) as (keyof Props)[]
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
