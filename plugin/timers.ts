/**
 * Node's own timers, whatever the application's tests put in their place later: the profiler's turns are no part of
 * what they fake. Loaded with the plugin, so before that.
 */
export { clearInterval, setImmediate, setInterval } from 'node:timers'
