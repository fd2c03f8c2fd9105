/** The pages with a profile, and what is needed from then on: loaded when first needed. */
export { rememberPlaces } from '../come-back.ts'
export { readImport } from '../model/import/read-import.ts'
export { SinceMark } from '../views/since-mark.tsx'
export { FileScreen } from './file-screen.tsx'
export { LazyCompare as CompareScreen } from './lazy-compare.tsx'
export { RequestScreen } from './request-screen.tsx'
export { RouteScreen } from './route-screen.tsx'
export { TogetherScreen } from './together-screen.tsx'
