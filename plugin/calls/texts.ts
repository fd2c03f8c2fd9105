import { withDebugger } from '../symbols/ask-v8.ts'

/**
 * Texts of scripts as V8 runs them, by script id: some that loaders compile are in no file. Texts that V8 no longer has
 * are missing; without an inspector all are.
 */
export function textsInV8(scriptIds: ReadonlySet<string>): Map<string, string> {
  const texts = new Map<string, string>()
  withDebugger((session, enable) => {
    enable()
    for (const scriptId of scriptIds) {
      session.post('Debugger.getScriptSource', { scriptId }, (error, answer) => {
        if (!error) texts.set(scriptId, answer.scriptSource)
      })
    }
  })
  return texts
}
