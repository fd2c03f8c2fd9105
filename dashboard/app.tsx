import { useState } from 'preact/hooks'
import { api } from './client.ts'
import { useLive } from './live.ts'
import { useRoutes } from './routes.ts'
import { RequestScreen } from './screens/request-screen.tsx'
import { RouteScreen } from './screens/route-screen.tsx'
import { useShortcuts } from './shortcuts.ts'
import { useLocation } from './state.ts'
import { useTheme } from './theme.ts'
import { KeyboardHelp } from './views/keyboard-help.tsx'
import { RecordControls } from './views/record-controls.tsx'
import { RoutesPage } from './views/routes-page.tsx'
import { Shell } from './views/shell.tsx'
import { NotAllowed, NothingRecorded, Skeleton } from './views/states.tsx'
import { StatusPanel } from './views/status-panel.tsx'

export function App() {
  const [location, go] = useLocation()
  const { theme, colours, toggle } = useTheme()
  const live = useLive()
  const routes = useRoutes(live)
  const [help, setHelp] = useState(false)
  const { status } = live
  const connected = live.connection !== 'lost'

  const record = (recording: boolean) => void api.record(recording).then(live.refresh, live.refresh)
  const clear = () =>
    void api.clear().then(() => {
      live.refresh()
      routes.reload()
    })
  useShortcuts({
    '?': () => setHelp(true),
    t: toggle,
    p: () => status !== undefined && record(!status.recording),
    '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
  })

  let page = <Skeleton rows={8} label="Loading routes" />
  if (live.error?.status === 403) page = <NotAllowed message={live.error.message} />
  else if (location.request !== undefined) {
    page = <RequestScreen id={location.request} colours={colours} location={location} go={go} />
  } else if (location.route !== undefined) {
    const { route } = location
    const summary = routes.data?.routes.find((known) => known.route === route)
    page = <RouteScreen {...{ route, summary, live, colours, location, go }} />
  } else if (routes.data !== undefined) {
    page =
      routes.data.routes.length === 0 ? (
        <NothingRecorded recording={status?.recording ?? true} onRecord={() => record(true)} />
      ) : (
        <RoutesPage routes={routes.data.routes} location={location} onChange={go} />
      )
  }
  return (
    <Shell
      route={location.route}
      request={location.request}
      theme={theme}
      onTheme={toggle}
      onHelp={() => setHelp(true)}
      controls={
        status !== undefined && (
          <>
            <StatusPanel status={status} />
            <RecordControls status={status} connected={connected} onRecord={record} onClear={clear} />
          </>
        )
      }
      notice={
        !connected && (
          <p class="notice" role="status">
            The server does not answer. Trying again; what you see is from before.
          </p>
        )
      }
      busy={false}
    >
      {page}
      <KeyboardHelp open={help} onClose={() => setHelp(false)} />
    </Shell>
  )
}
