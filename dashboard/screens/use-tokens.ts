import { useEffect, useState } from 'preact/hooks'
import { noTokens, type Tokens } from '../model/code.ts'

/** The tokens of a script, as far as they are read; their reader is loaded with the first script that is shown. */
export function useTokens(file: string, text: string): Tokens {
  const [read, setRead] = useState({ text: '', tokens: noTokens })
  useEffect(() => {
    if (text === '') return
    let left = false
    let stop = () => {}
    import('../syntax.ts').then(
      ({ readTokens }) => {
        if (!left) stop = readTokens(file, text, (tokens) => setRead({ text, tokens }))
      },
      // Colours are optional.
      () => {},
    )
    return () => {
      left = true
      stop()
    }
  }, [file, text])
  return read.text === text ? read.tokens : noTokens
}
