import type { Steps } from '../model/steps.ts'
import { badSegment } from './bad-segment.ts'

/**
 * Parses the text of `v8.startCpuProfile`, in steps.
 *
 * V8 writes names and URLs without escaping them, so a RegExp with a backslash, a Windows path or a quote makes the
 * text invalid JSON, or JSON with another meaning. But the keys around a name always come in the same order, and that
 * tells where it ends.
 */
export function* parseProfileText(text: string): Steps<unknown> {
  if (isPlain(text)) {
    try {
      return yield* parse(text)
    } catch {
      // There is a quote or a control character in a name.
    }
  }
  try {
    return yield* parse(yield* escapeNames(text))
  } catch {
    throw badSegment('its text cannot be read')
  }
}

const beforeNodes = '{"nodes":['
const betweenNodes = '},{"id":'
const afterNodes = '],"startTime":'

/** Like `JSON.parse`, but one row of nodes at a time if the keys come in V8's order: no name holds unescaped quotes. */
function* parse(text: string): Steps<unknown> {
  const end = text.lastIndexOf(afterNodes)
  if (!text.startsWith(beforeNodes) || end < 0) return JSON.parse(text)
  const nodes: unknown[] = []
  for (let from = beforeNodes.length; from < end; ) {
    const found = text.indexOf(betweenNodes, from + LENGTH_PER_STEP)
    const to = found < 0 ? end : found + 1
    for (const node of JSON.parse(`[${text.slice(from, to)}]`)) nodes.push(node)
    from = to + 1
    yield
  }
  return { nodes, ...JSON.parse(`{${text.slice(end + 2)}`) }
}

/** Characters per step, which takes a tenth of a millisecond. */
const LENGTH_PER_STEP = 8192

/**
 * Whether the text has no backslashes but those that a V8 which escapes would write. Its other escapes stand for
 * control characters, which no name has, while RegExps are full of `\b` and `\n`.
 */
function isPlain(text: string): boolean {
  return !text.includes('\\') || !/\\(?!["\\]|u[0-9a-f]{4})/i.test(text.replaceAll('\\\\', ''))
}

const beforeName = '"callFrame":{"functionName":"'
/** Any number can be negative: the script of `wasm-to-js` is -1. */
const betweenNameAndUrl = /","lineNumber":-?\d+,"columnNumber":-?\d+,"scriptId":-?\d+,"url":"/g
const afterUrl = /"\}(?=,"children":\[|,"positionTicks":\[|\}[,\]])/g

/** Escapes names and URLs. Each search goes on where the last one ended, so one pass is enough. */
function* escapeNames(text: string): Steps<string> {
  let escaped = ''
  let done = 0
  for (let step = LENGTH_PER_STEP; ; ) {
    const found = text.indexOf(beforeName, done)
    if (found < 0) return escaped + text.slice(done)
    const name = found + beforeName.length
    const between = search(betweenNameAndUrl, text, name)
    const url = between.index + between[0].length
    const after = search(afterUrl, text, url)
    escaped += text.slice(done, name) + escapeText(text.slice(name, between.index)) + between[0]
    escaped += escapeText(text.slice(url, after.index)) + after[0]
    done = after.index + after[0].length
    if (done < step) continue
    step = done + LENGTH_PER_STEP
    yield
  }
}

function search(pattern: RegExp, text: string, from: number): RegExpExecArray {
  pattern.lastIndex = from
  const match = pattern.exec(text)
  if (!match) throw badSegment('a name in it does not end')
  return match
}

function escapeText(name: string): string {
  return JSON.stringify(name).slice(1, -1)
}
