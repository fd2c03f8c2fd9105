/** The pages with a profile, loaded when one is opened. */
export { RequestScreen } from './request-screen.tsx'
export { RouteScreen } from './route-screen.tsx'
