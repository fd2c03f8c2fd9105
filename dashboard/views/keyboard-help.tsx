import { useEffect, useRef } from 'preact/hooks'

const groups: readonly [string, readonly [string, string][]][] = [
  [
    'Everywhere',
    [
      ['/', 'Search'],
      ['p', 'Pause or record'],
      ['r', 'Reload'],
      ['f', 'Open a profile from a file'],
      ['t', 'Light or dark'],
      ['?', 'This list'],
    ],
  ],
  [
    'Flame graph',
    [
      ['↑ ↓', 'To the caller, to the most expensive callee'],
      ['← →', 'To the neighbour'],
      ['Enter', 'Zoom to the box'],
      ['u', 'Unfold the library in it, or fold it again'],
      ['o', 'Open the function: callers, callees, lines'],
      ['+ −', 'Zoom in, zoom out'],
      ['Home', 'To the root'],
      ['Esc', 'Show all'],
    ],
  ],
  [
    'A function',
    [
      ['n N', 'Next hot line, previous hot line'],
      ['↑ ↓ ← →', 'From box to box: callers above, callees below'],
      ['Enter', 'Open the function of the box'],
      ['Esc', 'Back to the flame graph'],
    ],
  ],
  [
    'Edges of the latency plot',
    [
      ['Tab', 'To an edge of the selection'],
      ['↑ ↓ ← →', 'One request more or fewer'],
      ['PgUp PgDn', 'Ten at a time'],
      ['Esc', 'All requests'],
    ],
  ],
  [
    'Time line of a request',
    [
      ['← →', 'To the box before or after'],
      ['↑ ↓', 'To the lane above or below'],
      ['Home End', 'To the first or last box of the lane'],
      ['Enter', 'Zoom to the box, or open what it leads to'],
      ['Esc', 'Show all'],
    ],
  ],
  [
    'Table of calls',
    [
      ['↑ ↓', 'To the row above or below'],
      ['→ ←', 'Open and go in, close and go out'],
      ['Space', 'Open or close'],
      ['Home End', 'To the first or last row'],
      ['Enter', 'Zoom to the row'],
      ['Esc', 'Show all'],
    ],
  ],
  [
    'Mouse on the flame graph',
    [
      ['Click', 'Zoom to the box'],
      ['Double click', 'Show all'],
      ['Ctrl + wheel', 'Zoom'],
      ['Shift + wheel', 'Pan'],
      ['Drag', 'Pan and scroll'],
    ],
  ],
]

export interface KeyboardHelpProps {
  readonly open: boolean
  readonly onClose: () => void
  /** Whether keys of letters and signs act on the whole page. */
  readonly charactersAct: boolean
  readonly onCharactersAct: (act: boolean) => void
}

export function KeyboardHelp({ open, onClose, charactersAct, onCharactersAct }: KeyboardHelpProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current!
    if (!open) return shown.close()
    shown.showModal()
    // The browser focuses the button at the end: a small window would scroll there.
    shown.focus()
    shown.scrollTop = 0
  }, [open])
  // `close` comes late: by then the list may be open again.
  const onLateClose = () => {
    if (!dialog.current!.open) onClose()
  }
  return (
    <dialog
      ref={dialog}
      class="dialog help"
      tabIndex={-1}
      aria-label="Keyboard shortcuts"
      onCancel={onClose}
      onClose={onLateClose}
    >
      {open &&
        groups.map(([title, keys]) => (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {keys.map(([key, meaning]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      <form method="dialog">
        <label>
          <input
            type="checkbox"
            checked={charactersAct}
            onChange={(event) => onCharactersAct(event.currentTarget.checked)}
          />{' '}
          Single letters and signs act on the whole page
        </label>
        <button type="submit" class="button">
          Close
        </button>
      </form>
    </dialog>
  )
}
