import { useLoad } from '../use-load.ts'
import { Loading } from '../views/states.tsx'
import type { CompareScreenProps } from './compare-screen.tsx'

/** Loaded when the first comparison is opened. */
export function LazyCompare(props: CompareScreenProps) {
  const rare = useLoad('rare', () => import('./rare.ts'))
  if (rare.data !== undefined) return <rare.data.CompareScreen {...props} />
  return <Loading {...rare} rows={10} label="Loading" />
}
