export interface RouteNameProps {
  readonly method: string
  readonly url: string
  /** Whether it may have several lines, which begin with a slash. A break is possible there whatever the style says. */
  readonly wraps?: boolean
}

/** `GET /users/:id` with a less prominent method and marked parameters. Where it is cut, its end stays. */
export function RouteName({ method, url, wraps }: RouteNameProps) {
  return (
    <span class="route-name">
      {method !== '' && <span class="method">{method} </span>}
      <span class="pattern">
        <bdi dir="ltr">
          {url
            .split(/(:[^/]+|\*|\/)/)
            .map((part, i) =>
              part === '/' ? (
                [wraps && <wbr />, part]
              ) : i % 2 === 1 ? (
                <span class="param">{part}</span>
              ) : (
                part
              ),
            )}
        </bdi>
      </span>
    </span>
  )
}

/** The parts of `GET /users/:id`; of `(not found)` and the like, which have no method, all is the URL. */
export function partsOfRoute(route: string): { method: string; url: string } {
  const [, method = '', url = route] = /^([^( ]+) (.*)/.exec(route) ?? []
  return { method, url }
}
