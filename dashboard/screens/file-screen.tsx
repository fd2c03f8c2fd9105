import { useMemo } from 'preact/hooks'
import type { FileState } from '../import-file.ts'
import type { Palette } from '../model/colours.ts'
import type { Location, Navigate } from '../model/location.ts'
import type { Opened } from '../model/opened.ts'
import { nameRoles } from '../model/roles.ts'
import { given } from '../use-load.ts'
import { PageHead } from '../views/page-head.tsx'
import { Message, Skeleton } from '../views/states.tsx'
import { FileNumbers } from '../views/summary.tsx'
import { ProfileScreen } from './profile-screen.tsx'

export interface FileScreenProps {
  /** Name of the file. */
  readonly name: string
  readonly file: FileState
  readonly onChoose: () => void
  readonly colours: Palette
  readonly location: Location
  readonly go: Navigate
}

/** A profile from a file, in the same views as those that were recorded here. */
export function FileScreen({ name, file, onChoose, colours, location, go }: FileScreenProps) {
  const profile = useMemo(
    () => (file.state === 'read' ? given<Opened>({ profile: nameRoles(file.imported.profile) }) : undefined),
    [file],
  )
  if (file.state === 'reading') return <Skeleton rows={10} label={`Reading ${name}`} />
  if (file.state !== 'read' || profile === undefined) {
    return (
      <Message
        title={
          file.state === 'failed' ? `${name} cannot be shown` : `${name || 'The file'} is no longer open`
        }
        action={{ label: 'Choose a file', onClick: onChoose }}
      >
        <p>
          {file.state === 'failed'
            ? file.why
            : 'Files stay in your browser. The page has the one that was opened last, until it is reloaded.'}
        </p>
        <p>
          Drop a <code>.cpuprofile</code> on the page, as Chrome DevTools, VS Code and{' '}
          <code>node --cpu-prof</code> write it, or a profile exported here as <code>json</code>.
        </p>
      </Message>
    )
  }
  return (
    <>
      <PageHead method="" url={name}>
        <FileNumbers imported={file.imported} />
      </PageHead>
      <ProfileScreen profile={profile} colours={colours} location={location} go={go} />
    </>
  )
}
