import { withDebugger } from '../symbols/ask-v8.ts'

/**
 * Texts of scripts as V8 runs them, by the id of the script; loaders compile texts that are in no file. Those that V8
 * does not have any more are missing, and without an inspector all of them.
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
