import { useEffect, useState } from 'preact/hooks'

/** When to make a result: before the page is drawn, after it was drawn without it, or not yet at all. */
export type When = 'at once' | 'later' | 'not yet'

/** The result of `make` for a subject; undefined until it is made. */
export function useLater<Subject, Result>(
  make: (subject: Subject) => Result,
  subject: Subject,
  when: When,
): Result | undefined {
  const [made, setMade] = useState<{ readonly of: Subject; readonly result: Result }>()
  const missing = made?.of !== subject
  const now = missing && when === 'at once' ? { of: subject, result: make(subject) } : made
  if (missing && now !== made) setMade(now)
  useEffect(() => {
    if (!missing || when !== 'later') return
    const timer = setTimeout(() => setMade({ of: subject, result: make(subject) }))
    return () => clearTimeout(timer)
  }, [make, subject, missing, when])
  return now?.of === subject ? now.result : undefined
}
