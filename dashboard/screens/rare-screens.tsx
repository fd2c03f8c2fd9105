import type { ComponentChildren } from 'preact'
import { explain } from '../client.ts'
import { type Loaded, useLoad } from '../use-load.ts'
import { Loading } from '../views/states.tsx'
import type { CompareScreenProps } from './compare-screen.tsx'
import type { FunctionScreenProps } from './function-screen.tsx'

/** Loaded when the first comparison is opened. */
export function LazyCompare(props: CompareScreenProps) {
  const rare = useRare()
  if (rare.data !== undefined) return <rare.data.CompareScreen {...props} />
  return <Loading {...rare} rows={10} label="Loading" />
}

/** Loaded when the first function is opened. `children` are what it replaces, and stay if it cannot be loaded. */
export function LazyFunction({ children, ...props }: FunctionScreenProps & { children: ComponentChildren }) {
  const rare = useRare()
  if (rare.data !== undefined) return <rare.data.FunctionScreen {...props} />
  return (
    <>
      <section class="panel">
        <Loading {...rare} part rows={10} label="Loading the function" />
      </section>
      {rare.error !== undefined && children}
    </>
  )
}

function useRare(): Loaded<typeof import('./rare.ts')> {
  return useLoad('rare', () => import('./rare.ts').catch(explain))
}
