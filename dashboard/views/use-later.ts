import { useEffect, useState } from 'preact/hooks'

/** What `make` makes of a subject: at once, or after the page was drawn without it. */
export function useLater<Subject, Result>(
  make: (subject: Subject) => Result,
  subject: Subject,
  atOnce: boolean,
): Result | undefined {
  const [made, setMade] = useState<{ readonly of: Subject; readonly result: Result }>()
  const missing = made?.of !== subject
  const now = missing && atOnce ? { of: subject, result: make(subject) } : made
  if (missing && now !== made) setMade(now)
  useEffect(() => {
    if (!missing || atOnce) return
    const timer = setTimeout(() => setMade({ of: subject, result: make(subject) }))
    return () => clearTimeout(timer)
  }, [make, subject, missing, atOnce])
  return now?.of === subject ? now.result : undefined
}
