/** An error of the profiler with a stable code and, for HTTP, a status. */
export class ProfilerError extends Error {
  readonly code: string
  readonly statusCode: number

  constructor(code: string, message: string, statusCode = 500) {
    super(message)
    this.name = 'ProfilerError'
    this.code = code
    this.statusCode = statusCode
  }
}

/** The error for a wrong option at registration: says which one, what was given, and what is allowed. */
export function badOption(name: string, given: unknown, allowed: string): ProfilerError {
  return new ProfilerError(
    'FST_PROFILER_BAD_OPTION',
    `option "${cut(name)}" is ${show(given)}; allowed: ${allowed}`,
  )
}

/** The error for a wrong parameter of a call or of an HTTP request. */
export function badParameter(name: string, given: unknown, allowed: string): ProfilerError {
  return new ProfilerError(
    'FST_PROFILER_BAD_PARAMETER',
    `"${cut(name)}" is ${show(given)}; allowed: ${allowed}`,
    400,
  )
}

/** The error for a route, request or file that is not there (any more). */
export function notFound(what: string, more = ''): ProfilerError {
  return new ProfilerError('FST_PROFILER_NOT_FOUND', `${cut(what)} not found${more}`, 404)
}

/** The error for what is not possible now. */
export function conflict(code: string, message: string): ProfilerError {
  return new ProfilerError(code, message, 409)
}

/** Returns what `answer` returns; an error, thrown now or later, names the part of the request that is wrong. */
export function ofPart<Answer>(part: string, answer: () => Answer): Answer {
  const fail = (error: unknown): never => {
    if (!(error instanceof ProfilerError)) throw error
    throw new ProfilerError(error.code, `${part}: ${error.message}`, error.statusCode)
  }
  try {
    const given = answer()
    return given instanceof Promise ? (given.catch(fail) as Answer) : given
  } catch (error) {
    return fail(error)
  }
}

function show(given: unknown): string {
  let text: string
  if (typeof given === 'function') text = `function ${given.name || '(anonymous)'}`
  else if (typeof given === 'bigint' || typeof given === 'symbol' || typeof given === 'number')
    text = String(given)
  else {
    const kind = Object.prototype.toString.call(given)
    try {
      text = JSON.stringify(given) ?? String(given)
      // For a promise, say, which JSON shows as `{}`.
      if (text === '{}' && kind !== '[object Object]') text = kind
    } catch {
      text = kind
    }
  }
  return cut(text)
}

/** Shortens what was given: an error repeats enough of it to be recognised, not all of it. */
function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
