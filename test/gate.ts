/** What waits for `opened` goes on when the gate is opened. */
export interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

export function newGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
