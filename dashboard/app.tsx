import { useCallback, useEffect, useState } from 'preact/hooks'
import { NO_REQUEST } from '../plugin/model/labels.ts'
import { useBusy } from './busy.ts'
import { type ApiError, api } from './client.ts'
import { sayWhy, useSaid } from './failures.ts'
import { useFocusOnTitle, useTitleFocus } from './focus.ts'
import { useOpenFile } from './import-file.ts'
import { loadScreens } from './load-screens.ts'
import { type Location, TOGETHER } from './model/location.ts'
import { useLive } from './use-live.ts'
import { useLoad } from './use-load.ts'
import { useLocation } from './use-location.ts'
import { useRoutes } from './use-routes.ts'
import { useCharacterKeys, useShortcuts } from './use-shortcuts.ts'
import { useSince } from './use-since.ts'
import { useTheme } from './use-theme.ts'
import { Condition } from './views/condition.tsx'
import { RecordControls } from './views/record-controls.tsx'
import { RoutesPage } from './views/routes-page.tsx'
import { Shell } from './views/shell.tsx'
import { Loading, NotAllowed, NothingRecorded } from './views/states.tsx'
import { StatusPanel } from './views/status-panel.tsx'

export function App() {
  const [location, go] = useLocation()
  const { theme, colours, toggle } = useTheme()
  const live = useLive()
  const routes = useRoutes(live)
  const [aimed, setAimed] = useState(false)
  const { fileNamed, choose, dragging } = useOpenFile(go)
  const opened = [location.route, location.request, location.file, location.base].some(
    (name) => name !== undefined,
  )
  const together = location.together && !opened
  const since = useSince(opened || together ? 0 : (routes.data?.routes.length ?? 0), live)
  const [help, setHelp] = useState(false)
  const isNeeded = opened || together || aimed || help || since.size > 0
  const screens = useLoad(isNeeded ? `screens${live.session}` : '', loadScreens, 'screens')
  const aim = useCallback(() => setAimed(true), [])
  const KeyboardHelp = screens.data?.KeyboardHelp
  const [charactersAct, onCharactersAct] = useCharacterKeys()
  const busy = useBusy()
  const said = useSaid()
  useTitle(location)
  useTitleFocus(placeOf(location))
  useFocusOnTitle()
  const { status } = live
  const hasRoutes = routes.data !== undefined && routes.data.routes.length > 0
  const connected = live.connection !== 'lost'

  const record = (recording: boolean) => void api.record(recording).catch(sayWhy).then(live.refresh)
  const clear = () => void api.clear().then(live.restart, sayWhy)
  useShortcuts({
    '?': () => setHelp(true),
    t: toggle,
    p: () => status !== undefined && record(!status.recording),
    r: routes.reload,
    f: choose,
    '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
  })

  const page = () => {
    const { route, request, file: name } = location
    if (live.error?.status === 403 && name === undefined) return <NotAllowed message={live.error.message} />
    const isEmpty = routes.data !== undefined && !hasRoutes
    if (opened || (together && !isEmpty)) {
      if (screens.data === undefined) return <Loading {...screens} label="Loading" />
      const { BackgroundScreen, CompareScreen, FileScreen, RequestScreen, RouteScreen, TogetherScreen } =
        screens.data
      if (name !== undefined) {
        return (
          <FileScreen name={name} file={fileNamed(name)} onChoose={choose} {...{ colours, location, go }} />
        )
      }
      if (location.base !== undefined)
        return <CompareScreen node={status?.node} {...{ colours, location, go }} />
      if (together)
        return (
          <TogetherScreen
            routes={routes.data?.routes}
            onRenew={routes.reload}
            {...{ live, colours, location, go }}
          />
        )
      if (request !== undefined) return <RequestScreen id={request} {...{ colours, location, go }} />
      if (route === NO_REQUEST)
        return (
          <BackgroundScreen
            culprit={routes.data?.noRequest}
            onRenew={routes.reload}
            {...{ status, live, colours, location, go }}
          />
        )
      const summary = routes.data?.routes.find((known) => known.route === route)
      const awaited = routes.data === undefined && routes.error === undefined
      const renewed = { summary, awaited, onRenew: routes.reload }
      return <RouteScreen route={route!} {...{ ...renewed, live, colours, location, go }} />
    }
    if (routes.data === undefined) return <Loading {...routes} label="Loading routes" />
    if (hasRoutes) {
      return (
        <RoutesPage
          answer={routes.data}
          Mark={screens.data?.SinceMark}
          {...{ since, status, location }}
          onChange={go}
          onAim={aim}
        />
      )
    }
    return (
      <NothingRecorded
        recording={status?.recording ?? true}
        open={status?.counts.inFlight ?? 0}
        onRecord={() => record(true)}
      />
    )
  }
  const controls = status !== undefined && (
    <>
      <StatusPanel
        Details={screens.data?.StatusDetails}
        error={screens.error}
        reload={screens.reload}
        status={status}
        onOpen={aim}
      />
      <RecordControls {...{ status, connected }} onRecord={record} onClear={clear} />
    </>
  )
  return (
    <Shell
      route={location.route}
      request={location.request}
      together={together}
      file={location.file ?? (location.base === undefined ? undefined : 'Comparison')}
      theme={theme}
      onTheme={toggle}
      onHelp={() => setHelp(true)}
      onOpen={choose}
      dragging={dragging}
      controls={controls}
      trouble={connected ? '' : troubleText(live.error)}
      busy={busy}
      said={said}
    >
      {status !== undefined && (hasRoutes || opened) && location.file === undefined && (
        <Condition status={status} onRecord={() => record(true)} />
      )}
      {page()}
      {KeyboardHelp && (
        <KeyboardHelp open={help} onClose={() => setHelp(false)} {...{ charactersAct, onCharactersAct }} />
      )}
    </Shell>
  )
}

/** Why there is no connection; `''` if a page of its own says so. */
function troubleText({ status = 0, message = '' }: Partial<ApiError> = {}): string {
  if (status === 403) return ''
  const rest = 'Retrying; the page shows older data.'
  if (status === 0) return `The server does not answer. ${rest}`
  const said = message === '' ? '' : `: ${message.replace(/\.$/, '')}`
  return `The server answered ${status}${said}. Hooks of the application run for the dashboard too. ${rest}`
}

/** Identifies the page, whatever part of it is looked at. */
function placeOf({ route, request, together, file, base, head }: Location): string {
  return file ?? (base && `${base} ${head}`) ?? request ?? route ?? String(together)
}

function useTitle({ route, request, together, file, base, head }: Location): void {
  useEffect(() => {
    const compared = base === undefined ? [] : ['Comparison', routeOf(head) ?? routeOf(base)]
    const one = request && `#${request}`
    const all = together && route === undefined ? TOGETHER : ''
    document.title = [file, ...compared, one, route, all, 'fastify-profiler'].filter(Boolean).join(' · ')
  }, [route, request, together, file, base, head])
}

/** The route that a side of a comparison names, if any. */
function routeOf(side = ''): string | null {
  return new URLSearchParams(side).get('route')
}
