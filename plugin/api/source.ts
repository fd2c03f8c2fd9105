import type { FastifyInstance } from 'fastify'
import { badParameter } from '../errors.ts'
import type { SourceAnswer } from '../model/wire/source.ts'
import { type Editor, linkTo } from '../options/editor.ts'
import { sendJson } from './answer.ts'
import type { Backend } from './backend.ts'
import { addCall } from './call.ts'
import { queryOf, text } from './query.ts'
import { selectionNames, selectionOf } from './selection.ts'

/**
 * Endpoint for the text of a file that occurs in a profile, and what its lines cost. The absolute path is revealed only
 * in the link to the editor.
 */
export function sourceRoutes(
  scope: FastifyInstance,
  backend: Backend,
  fresh: () => Promise<void>,
  editor: Editor | undefined,
): void {
  addCall(scope, 'GET', '/api/source', async (request, reply) => {
    const query = queryOf(request, ['file', ...selectionNames])
    const file = text(query, 'file')
    if (file === undefined) throw badParameter('file', file, 'one file, as a profile names it')
    const selection = selectionOf(query)
    await fresh()
    const { path, ...source } = await backend.sourceStepwise(selection, file)
    const link = editor === undefined || path === '' ? null : linkTo(editor, path)
    sendJson(reply, { ...source, editor: link } satisfies SourceAnswer)
  })
}
