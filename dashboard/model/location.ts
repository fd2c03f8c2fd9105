/** Everything that decides what is on the screen; a link made from it shows the same again. */
export interface Location {
  readonly route?: string
  readonly request?: string
  /** All routes in one profile. */
  readonly together: boolean
  /** Name of the file that is shown instead. */
  readonly file?: string
  /** The two sides of a comparison; see `side.ts`. */
  readonly base?: string
  readonly head?: string
  /** Filter and order of the routes list. */
  readonly filter: string
  readonly sort: string
  /** Order and filter of the requests list. */
  readonly list: string
  readonly which: string
  /** Bounds of the route's requests that its page is about; see `bounds.ts`. */
  readonly wall: string
  readonly started: string
  /** Order and filter of the hot functions. */
  readonly hot: string
  readonly find: string
  /** In the flame graph: text searched, path of the zoomed box, part of it that is seen, callers below callees. */
  readonly search: string
  readonly zoom: string
  readonly range: string
  readonly inverted: boolean
  /** Whether to show what happens inside libraries. */
  readonly all: boolean
  /** Functions that are unfolded although `all` is not set; see `path.ts`. */
  readonly unfold: string
  /** The only origin to show; `''` for all. */
  readonly only: string
  /** Whether a request's calls of one stack are merged instead of in order of time. */
  readonly merged: boolean
  /** Fastify's phases as the first level. */
  readonly phases: boolean
  /** The call tree as a table instead of a picture. */
  readonly table: boolean
  /** The opened function, or `''` for none, and the line of its source, or `''` for the hottest. */
  readonly function: string
  readonly line: string
}

/** Name of the page that `together` shows. */
export const TOGETHER = 'All routes together'

/** Changes what is on the screen. `push` makes a step that Back undoes; `replace` is for frequent changes. */
export type Navigate = (change: Partial<Location>, how?: 'push' | 'replace') => void

const home: Location = {
  together: false,
  filter: '',
  sort: '',
  list: '',
  which: '',
  wall: '',
  started: '',
  hot: '',
  find: '',
  search: '',
  zoom: '',
  range: '',
  inverted: false,
  all: false,
  unfold: '',
  only: '',
  merged: false,
  phases: false,
  table: false,
  function: '',
  line: '',
}

export function readLocation(query: string): Location {
  const params = new URLSearchParams(query)
  const get = (name: string) => params.get(name) ?? ''
  return {
    ...(params.has('route') && { route: get('route') }),
    ...(params.has('request') && { request: get('request') }),
    together: params.has('together'),
    ...(params.has('file') && { file: get('file') }),
    ...(params.has('base') && { base: get('base'), head: get('head') }),
    filter: get('filter'),
    sort: get('sort'),
    list: get('list'),
    which: get('which'),
    wall: get('wall'),
    started: get('started'),
    hot: get('hot'),
    find: get('find'),
    search: get('search'),
    zoom: get('zoom'),
    range: get('range'),
    inverted: params.has('inverted'),
    all: params.has('all'),
    unfold: get('unfold'),
    only: get('only'),
    merged: params.has('merged'),
    phases: params.has('phases'),
    table: params.has('table'),
    function: get('function'),
    line: get('line'),
  }
}

/** A relative link, so that it works behind any prefix. Default values are left out. */
export function writeLocation(location: Partial<Location>): string {
  const params: string[] = []
  for (const [name, value] of Object.entries(location)) {
    if (value === undefined || value === home[name as keyof Location]) continue
    params.push(value === true ? name : `${name}=${quote(String(value))}`)
  }
  return params.length === 0 ? './' : `?${params.join('&')}`
}

/** The part of a location that decides the pictures, without the order and filters of lists. */
export function withoutLists(location: Location): Partial<Location> {
  const { filter: _1, sort: _2, list: _3, which: _4, hot: _5, find: _6, ...rest } = location
  return rest
}

/** Encodes a value but keeps readable what a query may contain: `GET /users/:id` becomes `GET+/users/:id`. */
function quote(value: string): string {
  return encodeURIComponent(value).replace(/%(2F|3A|20|40|2C)/g, (code) =>
    code === '%20' ? '+' : decodeURIComponent(code),
  )
}
