/** Everything that decides what is on the screen; a link made of it shows the same again. */
export interface Location {
  readonly route?: string
  readonly request?: string
  /** All routes in one profile. */
  readonly together: boolean
  /** Name of the file that is shown instead. */
  readonly file?: string
  /** Of a comparison: its two sides; see `side.ts`. */
  readonly base?: string
  readonly head?: string
  /** Of the routes list. */
  readonly filter: string
  readonly sort: string
  /** Of the requests list. */
  readonly list: string
  readonly which: string
  /** Of the requests of a route, those that all of its page is about; see `bounds.ts`. */
  readonly wall: string
  readonly started: string
  /** Of the hot functions. */
  readonly hot: string
  readonly find: string
  /** In the flame graph: text searched, path of the zoomed box, part of it that is seen, callers below callees. */
  readonly search: string
  readonly zoom: string
  readonly range: string
  readonly inverted: boolean
  /** What happens inside libraries too. */
  readonly all: boolean
  /** Functions that are unfolded all the same; see `path.ts`. */
  readonly unfold: string
  /** Origin that alone is shown. */
  readonly only: string
  /** Of a request: calls of one stack together, not in order of time. */
  readonly merged: boolean
  /** Fastify's phases as the first level. */
  readonly phases: boolean
  /** The call tree as a table instead of a picture. */
  readonly table: boolean
  /** The function that is looked at, and the line of its source; `''` for none and for the hottest. */
  readonly function: string
  readonly line: string
}

/** Name of what `together` shows. */
export const TOGETHER = 'All routes together'

/** Changes what is on the screen. `push` makes a step that Back undoes; `replace` is for what changes all the time. */
export type Change = (change: Partial<Location>, how?: 'push' | 'replace') => void

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

/** A relative link, so that it works behind any prefix. What is as usual is left out. */
export function writeLocation(location: Partial<Location>): string {
  const params: string[] = []
  for (const [name, value] of Object.entries(location)) {
    if (value === undefined || value === home[name as keyof Location]) continue
    params.push(value === true ? name : `${name}=${quote(String(value))}`)
  }
  return params.length === 0 ? './' : `?${params.join('&')}`
}

/** What decides the pictures; the order of lists and what they are filtered by is left out. */
export function withoutLists(location: Location): Partial<Location> {
  const { filter: _1, sort: _2, list: _3, which: _4, hot: _5, find: _6, ...rest } = location
  return rest
}

/** Leaves readable what a query may hold: `GET /users/:id` becomes `GET+/users/:id`. */
function quote(value: string): string {
  return encodeURIComponent(value).replace(/%(2F|3A|20|40|2C)/g, (code) =>
    code === '%20' ? '+' : decodeURIComponent(code),
  )
}
