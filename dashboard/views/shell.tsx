import type { ComponentChildren } from 'preact'
import type { Theme } from '../model/colours.ts'
import { TOGETHER, writeLocation } from '../model/location.ts'
import { FullName } from './full-name.tsx'
import { Logo, MoonIcon, OpenIcon, SunIcon } from './icons.tsx'
import { partsOfRoute, RouteName } from './route-name.tsx'

export interface ShellProps {
  readonly route: string | undefined
  readonly request: string | undefined
  readonly together: boolean
  readonly file: string | undefined
  readonly theme: Theme
  readonly onTheme: () => void
  readonly onHelp: () => void
  /** Lets the user choose a file. */
  readonly onOpen: () => void
  /** Whether a file is being dragged over the page. */
  readonly dragging: boolean
  /** The right side of the header. */
  readonly controls: ComponentChildren
  /** Why the data are not up to date; `''` while they are. */
  readonly trouble: string
  readonly busy: boolean
  /** Why something was not done; `''` if there is nothing to say. */
  readonly said: string
  readonly children: ComponentChildren
}

export function Shell(props: ShellProps) {
  const { route, request, together, file, theme } = props
  return (
    <>
      <header class="top">
        <a class="brand" href={writeLocation({})} aria-label="fastify-profiler, all routes">
          <Logo />
          <span>fastify-profiler</span>
        </a>
        <nav class="crumbs" aria-label="Breadcrumb">
          {route !== undefined && route !== '' && (
            <a
              href={writeLocation({ route })}
              title={route}
              aria-label={route}
              aria-current={request === undefined ? 'page' : undefined}
            >
              <RouteName {...partsOfRoute(route)} />
            </a>
          )}
          {request !== undefined && <span aria-current="page">#{request}</span>}
          {together && (
            <a href={writeLocation({ together })} aria-current="page">
              {TOGETHER}
            </a>
          )}
          {file !== undefined && <span aria-current="page">{file}</span>}
        </nav>
        <div class="controls">
          {props.controls}
          <button
            type="button"
            class="button bare"
            onClick={props.onOpen}
            aria-label="Open a profile from a file"
            title="Open a .cpuprofile (f), or drop it on the page"
          >
            <OpenIcon />
          </button>
          <button
            type="button"
            class="button bare"
            onClick={props.onTheme}
            aria-label={`Switch to the ${theme === 'dark' ? 'light' : 'dark'} theme`}
            title="Theme (t)"
          >
            {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
          </button>
          <button
            type="button"
            class="button bare"
            onClick={props.onHelp}
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
          >
            <span class="icon" aria-hidden="true">
              ?
            </span>
          </button>
        </div>
        {props.busy && <div class="progress" role="progressbar" aria-label="Loading" />}
      </header>
      {(props.trouble !== '' || props.said !== '') && (
        <p class="notice" role="status">
          {props.trouble || `That did not work: ${props.said}`}
        </p>
      )}
      <main>{props.children}</main>
      <FullName />
      {props.dragging && <p class="drop">Drop a profile to open it; it stays in your browser</p>}
    </>
  )
}
