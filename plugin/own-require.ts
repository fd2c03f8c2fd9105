import nodeModule from 'node:module'
import { moduleUrl } from './module-url.ts'

/**
 * Loads what is loaded only when it is needed. Bundlers that look for `require` and an imported `createRequire` would
 * take such calls for their own and break them, so neither name is used.
 */
export const ownRequire: NodeJS.Require = nodeModule.createRequire(moduleUrl(import.meta.url))
