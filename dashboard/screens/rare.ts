/** Screens that are loaded when the first of them is opened. In one file: bundlers cut up more of them with what all share. */
export { CompareScreen } from './compare-screen.tsx'
export { FunctionScreen } from './function-screen.tsx'
