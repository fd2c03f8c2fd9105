import type { ComponentChildren } from 'preact'
import { RouteName } from './route-name.tsx'

export interface PageHeadProps {
  readonly method: string
  readonly url: string
  readonly action?: ComponentChildren
  /** The numbers at the right. */
  readonly children: ComponentChildren
}

export function PageHead({ method, url, action, children }: PageHeadProps) {
  return (
    <div class="page-head">
      <h1>
        <RouteName method={method} url={url} wraps />
      </h1>
      {action !== undefined && <div class="page-actions">{action}</div>}
      {children}
    </div>
  )
}
