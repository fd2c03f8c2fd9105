import { toPath } from '../../../plugin/model/place.ts'

/** The folder that contains all files of the application, as far as their URLs tell; `''` if they share none. */
export function commonFolder(urls: readonly string[]): string {
  let common: string[] | undefined
  for (const url of new Set(urls)) {
    const path = toPath(url)
    if (path === undefined || path.includes('/node_modules/')) continue
    const folders = path.split('/').slice(0, -1)
    if (common === undefined) common = folders
    let same = 0
    while (same < common.length && common[same] === folders[same]) same++
    common.length = same
  }
  return common?.join('/') ?? ''
}
