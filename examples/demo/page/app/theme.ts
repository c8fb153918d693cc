import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const key = 'express-chat-demo theme'
const listeners = new Set<() => void>()

// A browser may forbid storage, and then the choice lives as long as the page.
let chosen: Theme = 'system'
try {
  chosen = asTheme(localStorage.getItem(key))
} catch {}

function asTheme(value: string | null): Theme {
  return value === 'light' || value === 'dark' ? value : 'system'
}

function show(theme: Theme): void {
  chosen = theme
  document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

export function setTheme(theme: Theme): void {
  show(theme)
  try {
    localStorage.setItem(key, theme)
  } catch {}
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Light, dark, or as the system says; the same in all tabs. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => chosen)

show(chosen)
addEventListener('storage', (event) => event.key === key && show(asTheme(event.newValue)))
