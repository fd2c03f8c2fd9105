import { writeLocation } from '../model/location.ts'
import type { Piece } from '../model/sentence.ts'
import { Breaks } from './breaks.tsx'
import { Prose } from './num.tsx'

/** A sentence that explains where the time went. */
export function Answer({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <p class="answer">
      {pieces.map(({ text, route, strong }) =>
        route !== undefined ? (
          <a href={writeLocation({ route })}>
            <Breaks text={text} />
          </a>
        ) : strong ? (
          <strong>
            <Prose>{text}</Prose>
          </strong>
        ) : (
          <Prose>{text}</Prose>
        ),
      )}
    </p>
  )
}
