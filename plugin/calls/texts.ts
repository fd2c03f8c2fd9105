import type { Session } from 'node:inspector'

/**
 * Texts of scripts as V8 runs them, by the id of the script; loaders compile texts that are in no file. Those that V8
 * does not have any more are missing.
 *
 * Opens a debugger session for the length of this call, as `symbols/ask-v8.ts` does: some ten milliseconds.
 */
export function textsInV8(scriptIds: ReadonlySet<string>): Map<string, string> {
  const texts = new Map<string, string>()
  let session: Session | undefined
  try {
    session = new (process.getBuiltinModule('node:inspector').Session)()
    session.connect()
    session.post('Debugger.enable', { maxScriptsCacheSize: 0 })
    for (const scriptId of scriptIds) {
      session.post('Debugger.getScriptSource', { scriptId }, (error, answer) => {
        if (!error) texts.set(scriptId, answer.scriptSource)
      })
    }
    session.post('Debugger.disable')
  } catch {
    // Then nothing tells where the functions are.
  }
  session?.disconnect()
  return texts
}
