import { api } from './client.ts'
import { sayWhy } from './failures.ts'

/** Pins a request, or unpins it. Marks it at once; if the server refuses, marks it back and says why. */
export function togglePin(
  { id, pinned }: { readonly id: string; readonly pinned: boolean },
  mark: (pinned: boolean) => void,
): void {
  mark(!pinned)
  api.pin(id, !pinned).catch((error) => {
    mark(pinned)
    sayWhy(error)
  })
}
