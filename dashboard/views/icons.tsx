import type { ComponentChildren } from 'preact'
import { memo } from './memo.ts'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  )
}

export const PauseIcon = memo(() => (
  <Icon>
    <path d="M5.5 4v8M10.5 4v8" />
  </Icon>
))

export const RecordIcon = memo(() => (
  <Icon>
    <circle cx="8" cy="8" r="4" class="filled" />
  </Icon>
))

export const ClearIcon = memo(() => (
  <Icon>
    <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5" />
  </Icon>
))

export const SunIcon = memo(() => (
  <Icon>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1" />
  </Icon>
))

export const MoonIcon = memo(() => (
  <Icon>
    <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z" />
  </Icon>
))

export const OpenIcon = memo(() => (
  <Icon>
    <path d="M2 12.5v-9h4l1.5 2H14v7zM8 11V7.5M6.3 9 8 7.3 9.7 9" />
  </Icon>
))

export const PinIcon = memo(({ filled }: { readonly filled: boolean }) => (
  <Icon>
    <path class={filled ? 'filled' : ''} d="M5.6 2.5h4.8l-.6 4.2 2 2.1v1.1H4.2V8.8l2-2.1zM8 9.9v4" />
  </Icon>
))

export const Logo = memo(() => (
  <svg class="logo" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
    <path class="logo-1" d="M1 2.5h14v3.2H1z" />
    <path class="logo-2" d="M1 6.6h9v3.2H1z" />
    <path class="logo-3" d="M1 10.7h4.4v3.2H1z" />
  </svg>
))
