import { type Account, createAttribution } from '../plugin/attribution/index.ts'

/** So that every drawing is gone through in several bits. */
const ENTRIES_AT_ONCE = 3

/** The whole of a log. */
export function attribute(...given: Parameters<typeof createAttribution>): Account {
  const attribution = createAttribution(...given)
  while (attribution.advance(ENTRIES_AT_ONCE));
  return attribution.account
}
