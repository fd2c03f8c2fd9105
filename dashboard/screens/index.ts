/** The pages with a profile, marks that few lists have, and the import of files: loaded when first needed. */
export { readImport } from '../model/import/read-import.ts'
export { SinceMark } from '../views/since-mark.tsx'
export { FileScreen } from './file-screen.tsx'
export { LazyCompare as CompareScreen } from './lazy-compare.tsx'
export { RequestScreen } from './request-screen.tsx'
export { RouteScreen } from './route-screen.tsx'
export { TogetherScreen } from './together-screen.tsx'
