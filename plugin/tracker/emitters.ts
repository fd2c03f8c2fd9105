export interface Emitter {
  emit(event: string | symbol, ...values: unknown[]): boolean
  listenerCount(event: string | symbol): number
}

/** Whose turn it is while listeners run. */
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

/** From now on listeners of `emitter` run in a turn of `owner`. */
export function emitAs<T extends object>(emitter: Emitter, owner: T, turns: Turns<T>): void {
  const prototype = Object.getPrototypeOf(emitter)
  if (!prepared.has(prototype)) prepare(prototype)
  const bound = emitter as Bound
  bound[OWNER] = owner
  bound[TURNS] = turns as unknown as Turns<object>
}

/**
 * Gives a kind of emitter an `emit` that looks whom each of them is bound to. Once and for good: a method of each one's
 * own costs several times as much, and V8 is slower with all objects that have one.
 */
function prepare(prototype: Emitter): void {
  const own = Object.hasOwn(prototype, 'emit') ? prototype.emit : undefined
  // Looked up each time: others may put theirs in the place of Node's later.
  const above = Object.getPrototypeOf(prototype) as Emitter
  // `arguments` and not a list of them: it is on the way of every event of every request.
  function value(this: Bound, event: string | symbol): boolean {
    const emit = own ?? above.emit
    const owner = this[OWNER]
    // biome-ignore lint/complexity/noArguments: see above
    if (owner === undefined) return Reflect.apply(emit, this, arguments)
    const turns = this[TURNS]!
    // A turn in which nobody listens is none.
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
