import { useMemo } from 'preact/hooks'
import { type Location, withoutLists, writeLocation } from '../model/location.ts'

/**
 * The location as it was when it last decided the pictures: the same object while only lists are sorted or filtered, so
 * that the pictures are not made again for that.
 */
export function usePictured(location: Location): Location {
  return useMemo(() => location, [writeLocation(withoutLists(location))])
}
