import type { ComponentChildren } from 'preact'
import { plural } from '../model/format.ts'

export interface MessageProps {
  readonly title: string
  /** Whether it stands in a part of a page, which has a title of its own. */
  readonly part?: boolean
  readonly children?: ComponentChildren
  /** A button for what can be done about it. */
  readonly action?: { readonly label: string; readonly onClick: () => void }
}

/** Replaces a page or a panel that has nothing to show. */
export function Message({ title, part = false, children, action }: MessageProps) {
  const Title = part ? 'h2' : 'h1'
  return (
    <div class="message">
      <Title>{title}</Title>
      {children}
      {action !== undefined && (
        <button type="button" class="button" onClick={action.onClick}>
          {action.label}
        </button>
      )}
    </div>
  )
}

export interface LoadingProps {
  readonly error: { readonly message: string } | undefined
  readonly reload: () => void
  /** What is loading. */
  readonly label: string
  readonly rows?: number
  /** Whether it stands in a part of a page, which has a title of its own. */
  readonly part?: boolean
}

/** Replaces what is loading, or says why it could not be loaded. */
export function Loading({ error, reload, label, rows = 8, part }: LoadingProps) {
  if (error === undefined) return <Skeleton rows={rows} label={label} />
  return (
    <Message part={part} title="Loading failed" action={{ label: 'Try again', onClick: reload }}>
      <p>{error.message}</p>
    </Message>
  )
}

/** Says in a panel why something could not be loaded. */
export function Problem({ error, reload }: Pick<LoadingProps, 'error' | 'reload'>) {
  if (error === undefined) return null
  return (
    <p class="empty-row" role="alert">
      {error.message}{' '}
      <button type="button" class="update" onClick={reload}>
        Try again
      </button>
    </p>
  )
}

export interface NothingRecordedProps {
  readonly recording: boolean
  /** Requests that have not ended. */
  readonly open: number
  readonly onRecord: () => void
}

export function NothingRecorded({ recording, open, onRecord }: NothingRecordedProps) {
  if (!recording) {
    return (
      <Message title="Recording is paused" action={{ label: 'Record', onClick: onRecord }}>
        <p>Nothing is recorded yet. Start the recording, then send requests to your app.</p>
      </Message>
    )
  }
  return (
    <Message title="Waiting for the first request">
      <p>Recording is on. Send your app a request, and its route shows up here. For example:</p>
      <pre>
        <code>curl {window.location.origin}/</code>
      </pre>
      {open > 0 && <p>Open now: {plural(open, 'request')}. Costs show up at the end.</p>}
    </Message>
  )
}

export function NoSamples({ requests, onReload }: { requests: number; onReload: () => void }) {
  return (
    <Message part title="No CPU time to show" action={{ label: 'Check again', onClick: onReload }}>
      <p>
        {requests === 0
          ? 'No profile of this selection is kept.'
          : 'It took so little CPU that the clock measured none.'}
      </p>
    </Message>
  )
}

export function NoneSelected({ bounds, onAll }: { readonly bounds: string; readonly onAll: () => void }) {
  return (
    <Message part title="No kept request matches" action={{ label: 'All requests', onClick: onAll }}>
      <p>Selected: {bounds}.</p>
    </Message>
  )
}

export function NotAllowed({ message }: { readonly message: string }) {
  return (
    <Message title="Access denied">
      <p>{message}</p>
      <p>
        The profiler answers only this machine: a loopback address and a loopback <code>Host</code>. To let
        others in, give the plugin an <code>authorize</code> function, and list further host names in{' '}
        <code>allowedHosts</code>.
      </p>
    </Message>
  )
}

/** Grey lines in place of a table that is loading. */
export function Skeleton({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <i key={i} style={{ width: `${[92, 78, 85, 66, 72, 58][i % 6]}%` }} />
      ))}
    </div>
  )
}
