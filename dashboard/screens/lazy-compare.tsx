import { useLoad } from '../load.ts'
import { Message, Skeleton } from '../views/states.tsx'
import type { CompareScreenProps } from './compare-screen.tsx'

/** Loaded when the first comparison is opened. */
export function LazyCompare(props: CompareScreenProps) {
  const { data, error, reload } = useLoad('rare', () => import('./rare.ts'))
  if (data !== undefined) return <data.CompareScreen {...props} />
  if (error === undefined) return <Skeleton rows={10} label="Loading" />
  return (
    <Message title="That did not work" action={{ label: 'Try again', onClick: reload }}>
      <p>{error.message}</p>
    </Message>
  )
}
