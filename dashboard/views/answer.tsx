import { writeLocation } from '../model/location.ts'
import type { Piece } from '../model/sentence.ts'
import { Breaks } from './breaks.tsx'
import { Prose } from './num.tsx'

/** A sentence that explains where the time went. */
export function Answer({ pieces }: { readonly pieces: readonly Piece[] }) {
  return <p class="answer">{pieces.map(told)}</p>
}

/** A piece of a sentence, as a link if it has a page. */
export function told({ text, route, strong }: Piece) {
  if (route !== undefined) {
    return (
      <a class="link" href={writeLocation({ route })}>
        <Breaks text={text} />
      </a>
    )
  }
  return strong ? (
    <strong>
      <Prose>{text}</Prose>
    </strong>
  ) : (
    <Prose>{text}</Prose>
  )
}
