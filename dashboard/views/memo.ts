import { type Component, type FunctionComponent, h } from 'preact'

/**
 * A view that is not drawn again as long as all of its properties stay the same.
 *
 * It does not keep what was drawn to return it again: that refers to the page as it was then, and so would keep all pages
 * drawn since in memory.
 */
export function memo<Props extends object>(view: FunctionComponent<Props>): FunctionComponent<Props> {
  function Memo(this: Component<Props>, props: Props) {
    this.shouldComponentUpdate = (next) => !same(this.props as Props, next as Props)
    return h(view, props)
  }
  return Memo as FunctionComponent<Props>
}

function same<Props extends object>(a: Props, b: Props): boolean {
  const names = Object.keys(a) as (keyof Props)[]
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
