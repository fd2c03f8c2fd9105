export interface Emitter {
  emit(event: string | symbol, ...values: unknown[]): boolean
  listenerCount(event: string | symbol): number
}

/** The tracker, as far as emitters need it. */
interface Turns<T> {
  current(): T | undefined
  enter(owner: T): T | undefined
  leave(outer: T | undefined): void
}

const OWNER = Symbol('fastify-profiler.emitsAs')
const TURNS = Symbol('fastify-profiler.emitsIn')
type Bound = Emitter & { [OWNER]?: object; [TURNS]?: Turns<object> }

/** Prototypes whose emitters can be bound. */
const prepared = new WeakSet<object>()

/** Makes listeners of `emitter` run in a turn of `owner` from now on. */
export function emitAs<T extends object>(emitter: Emitter, owner: T, turns: Turns<T>): void {
  const prototype = Object.getPrototypeOf(emitter)
  if (!prepared.has(prototype)) prepare(prototype)
  const bound = emitter as Bound
  bound[OWNER] = owner
  bound[TURNS] = turns as unknown as Turns<object>
}

/**
 * Gives a kind of emitter an `emit` that looks up the owner that each emitter is bound to. This is done once and for
 * good: a method on each emitter costs several times as much, and makes V8 slower with every object that has one.
 */
function prepare(prototype: Emitter): void {
  const own = Object.hasOwn(prototype, 'emit') ? prototype.emit : undefined
  // Looked up each time, because others may replace Node's later.
  const above = Object.getPrototypeOf(prototype) as Emitter
  // `arguments` and not a rest parameter: every event of every request passes here.
  function value(this: Bound, event: string | symbol): boolean {
    const emit = own ?? above.emit
    const owner = this[OWNER]
    // biome-ignore lint/complexity/noArguments: see above
    if (owner === undefined) return Reflect.apply(emit, this, arguments)
    const turns = this[TURNS]!
    // Without a listener nothing runs, so there is no turn.
    if (turns.current() === owner || this.listenerCount(event) === 0)
      // biome-ignore lint/complexity/noArguments: see above
      return Reflect.apply(emit, this, arguments)
    const outer = turns.enter(owner)
    try {
      // biome-ignore lint/complexity/noArguments: see above
      return Reflect.apply(emit, this, arguments)
    } finally {
      turns.leave(outer)
    }
  }
  Object.defineProperty(prototype, 'emit', { value, writable: true, configurable: true, enumerable: false })
  prepared.add(prototype)
}
