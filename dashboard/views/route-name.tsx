import { culpritTitle } from '../model/culprits.ts'
import { writeLocation } from '../model/location.ts'

export interface RouteNameProps {
  readonly method: string
  readonly url: string
  /** Whether it may have many lines, which begin with a slash. A break is possible there whatever the style says. */
  readonly wraps?: boolean
}

/** A name with a single slash is parted in the middle of a word only if it is longer. */
const LONG = 20

/**
 * `GET /users/:id` with a less prominent method and marked parameters, in two parts: where they have no room beside each other,
 * one stands below the other, the first cut at its end and the last at its start, as names differ there. Screen readers are told
 * two words: what is a link tells the name itself.
 */
export function RouteName({ method, url, wraps }: RouteNameProps) {
  const at = wraps ? 0 : middleOf(url)
  return (
    <span class="route-name">
      <span class="route-start">
        {method !== '' && <span class="method">{method} </span>}
        {marked(url.slice(0, at))}
      </span>
      <span class="route-end">
        <bdi dir="ltr">{marked(url.slice(at), wraps)}</bdi>
      </span>
    </span>
  )
}

/** Where the last part of a name begins: at the slash that is nearest to its middle. */
function middleOf(url: string): number {
  const half = url.length / 2
  const before = url.lastIndexOf('/', half)
  const after = url.indexOf('/', half)
  const at = after >= 0 && after - half < half - before ? after : before
  return at <= 0 && url.length > LONG ? Math.ceil(half) : Math.max(at, 0)
}

function marked(url: string, wraps = false) {
  return url
    .split(/(:[^/]+|\*|\/)/)
    .map((part, i) =>
      part === '/' ? [wraps && <wbr />, part] : i % 2 === 1 ? <span class="param">{part}</span> : part,
    )
}

/** A link to the page of a route, or of work of no request. It tells the whole name, of which parts may be cut. */
export function RouteLink({ route, class: name }: { readonly route: string; readonly class?: string }) {
  return (
    <a class={name} href={writeLocation({ route })} title={culpritTitle(route)} aria-label={route}>
      <RouteName {...partsOfRoute(route)} />
    </a>
  )
}

/** The parts of `GET /users/:id`; of `(not found)` and the like, which have no method, all is the URL. */
export function partsOfRoute(route: string): { method: string; url: string } {
  const [, method = '', url = route] = /^([^( ]+) (.*)/.exec(route) ?? []
  return { method, url }
}
