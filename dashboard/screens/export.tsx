import type { Selection } from '../../plugin/model/wire/selection.ts'
import { exportHref, loadReport } from '../profiles.ts'
import { ExportMenu } from '../views/export-menu.tsx'

/** Exports what a screen shows. */
export function Export({ selection }: { readonly selection: Selection }) {
  return <ExportMenu href={(format) => exportHref(selection, format)} report={() => loadReport(selection)} />
}
