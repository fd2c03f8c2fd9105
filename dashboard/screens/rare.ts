/** Rarely opened screens, loaded with the first of them. In one file, since bundlers split several, with what they share. */
export { CompareScreen } from './compare-screen.tsx'
export { FunctionScreen } from './function-screen.tsx'
