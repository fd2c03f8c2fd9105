/**
 * Code with hundreds of functions in which every call takes a different path, as the inside of an ORM or a template
 * engine looks to a sampler. At a depth of 30 nearly every sample has a stack of its own.
 */
export function deepCode(): (depth: number) => number {
  const functions = Array.from({ length: FUNCTIONS }, (_, i) => source(i)).join('\n')
  const list = Array.from({ length: FUNCTIONS }, (_, i) => `f${i}`).join(', ')
  const text = `let turn = 0
    function burn(steps) { let x = 1; for (let i = 0; i < steps; i++) x = (x * 31 + i) | 0; return x }
    ${functions}
    const all = [${list}]
    return (depth) => all[turn++ % ${FUNCTIONS}](depth)`
  return new Function(text)()
}

const FUNCTIONS = 300

/** Source of a function that calls two others, one of which goes on to the bottom. */
function source(i: number): string {
  const next = (by: number) => `all[(${i} * ${by} + depth * 13 + turn++) % ${FUNCTIONS}]`
  return `function f${i}(depth) {
    const x = burn(120)
    return depth <= 0 ? x + burn(300) : x + ${next(7)}(depth - 1) + ${next(5)}(Math.min(depth - 3, 2))
  }`
}
