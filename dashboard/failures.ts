import { useEffect, useState } from 'preact/hooks'

/** How long a message stays: long enough to be read. */
const SAID_MS = 8000

let listener: (why: string) => void = () => {}

/** Shows above the page why something the user asked for was not done. */
export function sayWhy({ message }: Error): void {
  listener(message)
}

/** The last message from `sayWhy` for a while, then `''`. */
export function useSaid(): string {
  const [said, setSaid] = useState('')
  useEffect(() => {
    let timer = 0
    listener = (why) => {
      clearTimeout(timer)
      setSaid(why)
      timer = window.setTimeout(() => setSaid(''), SAID_MS)
    }
    return () => {
      clearTimeout(timer)
      listener = () => {}
    }
  }, [])
  return said
}
