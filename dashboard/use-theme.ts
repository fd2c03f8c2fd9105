import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Palette, palette, type Theme } from './model/colours.ts'
import { readStored, store } from './stored.ts'
import { usePrinting } from './views/use-printing.ts'

const KEY = 'fastify-profiler-theme'

export interface Themed {
  readonly theme: Theme
  readonly colours: Palette
  readonly toggle: () => void
}

/** The system's theme until another is chosen; choosing the system's own follows it again. Paper is light. */
export function useTheme(): Themed {
  const dark = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), [])
  // Once, not at every drawing: Chromium does not report a change that was read before its event came.
  const [system, setSystem] = useState<Theme>(() => themeOf(dark))
  const [chosen, setChosen] = useState(readChoice)
  const printing = usePrinting()
  const theme = printing ? 'light' : (chosen ?? system)
  const colours = useMemo(() => palette(theme), [theme])

  useEffect(() => {
    const onChange = () => setSystem(themeOf(dark))
    dark.addEventListener('change', onChange)
    // It may have changed since this was drawn.
    onChange()
    return () => dark.removeEventListener('change', onChange)
  }, [dark])

  useMemo(() => apply(theme, colours), [theme, colours])

  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark'
    const choice = next === system ? undefined : next
    setChosen(choice)
    store(KEY, choice)
  }
  return { theme, colours, toggle }
}

function themeOf(dark: MediaQueryList): Theme {
  return dark.matches ? 'dark' : 'light'
}

function apply(theme: Theme, colours: Palette): void {
  const { dataset, style } = document.documentElement
  dataset.theme = theme
  colours.css.forEach((colour, i) => {
    style.setProperty(`--c${i}`, colour)
  })
}

function readChoice(): Theme | undefined {
  const stored = readStored(KEY)
  return stored === 'light' || stored === 'dark' ? stored : undefined
}
