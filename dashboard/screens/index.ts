/** The pages with a profile, marks that few lists have, and what reads one from a file, loaded when one is opened. */
export { readImport } from '../model/import/read-import.ts'
export { SinceMark } from '../views/since-mark.tsx'
export { FileScreen } from './file-screen.tsx'
export { LazyCompare as CompareScreen } from './lazy-compare.tsx'
export { RequestScreen } from './request-screen.tsx'
export { RouteScreen } from './route-screen.tsx'
export { TogetherScreen } from './together-screen.tsx'
