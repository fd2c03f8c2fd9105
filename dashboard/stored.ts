/** A choice of the user that is remembered. Storage can be forbidden: then it lasts as long as the page. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Remembers a choice; `undefined` forgets it. */
export function store(key: string, choice: string | undefined): void {
  try {
    if (choice === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
  } catch {
    // Nothing to do: only the memory of the choice is lost.
  }
}
