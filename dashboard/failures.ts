import { useEffect, useState } from 'preact/hooks'

/** Long enough to be read. */
const SAID_MS = 8000

let listener: (why: string) => void = () => {}

/** Says over the page why something that somebody asked for was not done. */
export function sayWhy({ message }: Error): void {
  listener(message)
}

/** What was said last, for a while; or `''`. */
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
