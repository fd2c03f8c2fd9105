import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Location, type Navigate, readLocation, writeLocation } from './model/location.ts'
import { noteWhereabouts } from './whereabouts.ts'

/**
 * The view state is the URL, and nothing else. Links are plain anchors; those that stay on the page do not reload it.
 */
export function useLocation(): [Location, Navigate] {
  const [location, setLocation] = useState(() => readLocation(window.location.search))

  useEffect(() => {
    const onPop = () => setLocation(readLocation(window.location.search))
    const onClick = (event: MouseEvent) => {
      const href = hrefToFollow(event)
      if (href === undefined) return
      event.preventDefault()
      noteWhereabouts(event.target as Element)
      if (href.href !== window.location.href) history.pushState(null, '', href)
      document.querySelector<HTMLElement>(':popover-open')?.hidePopover()
      window.scrollTo(0, 0)
      onPop()
    }
    addEventListener('popstate', onPop)
    document.addEventListener('click', onClick)
    return () => {
      removeEventListener('popstate', onPop)
      document.removeEventListener('click', onClick)
    }
  }, [])

  const go = useCallback<Navigate>((change, how = 'push') => {
    const next = { ...readLocation(window.location.search), ...change }
    const url = new URL(writeLocation(next), window.location.href)
    if (url.href === window.location.href) return
    if (how === 'push') history.pushState(null, '', url)
    else history.replaceState(history.state, '', url)
    setLocation(next)
  }, [])

  return [location, go]
}

/** Where a plain click on a link within this page leads; undefined for all other clicks. */
function hrefToFollow(event: MouseEvent): URL | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null || link.target !== '' || link.hasAttribute('download')) return undefined
  const url = new URL(link.href)
  const here = window.location
  return url.origin === here.origin && url.pathname === here.pathname && url.hash === '' ? url : undefined
}
