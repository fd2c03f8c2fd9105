import { explain } from './client.ts'
import href from './styles/screens.css?url'

let style: Promise<unknown> | undefined

/** Loads the pages with a profile and the style they need. What failed to load is requested again the next time. */
export async function loadScreens() {
  style ??= addStyle()
  const [screens] = await Promise.all([import('./screens/index.ts'), style]).catch(explain)
  screens.rememberWhereabouts()
  return screens
}

/** What it fails with, its address, stands below a title that says the rest. */
function addStyle(): Promise<unknown> {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = href
  document.head.append(link)
  return new Promise((resolve, reject) => {
    link.onload = resolve
    link.onerror = () => {
      style = undefined
      link.remove()
      reject(href)
    }
  })
}
