import { useRooms } from 'express-chat/react'
import { type RefObject, useEffect } from 'react'
import { Dialog } from '../design/dialog.js'
import { openRoom } from './address.js'

interface ShortcutsOptions {
  openRoomId: string | null
  search: RefObject<HTMLInputElement | null>
  onHelp(): void
}

const list: [string, string][] = [
  ['Ctrl K', 'Search rooms and people'],
  ['Alt ↑ / Alt ↓', 'Previous or next room'],
  ['Enter', 'Send the message, or open the menu of a message'],
  ['Shift Enter', 'New line'],
  ['↑ in an empty field', 'Edit my last message'],
  ['@', 'Mention somebody'],
  ['↑ ↓ Home End', 'Move from message to message'],
  ['Escape', 'Close, or cancel a reply'],
  ['Ctrl /', 'This list'],
]

/** Keys that work wherever the focus is. */
export function useShortcuts({ openRoomId, search, onHelp }: ShortcutsOptions): void {
  const { items } = useRooms()
  useEffect(() => {
    const go = (step: number) => {
      const at = items.findIndex(({ id }) => id === openRoomId)
      const next = items[at + step]
      if (next) openRoom(next.id)
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey
      const keys: Record<string, (() => void) | undefined> = command
        ? { k: () => search.current?.focus(), '/': onHelp }
        : event.altKey
          ? { ArrowUp: () => go(-1), ArrowDown: () => go(1) }
          : {}
      const act = keys[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [items, openRoomId, search, onHelp])
}

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className="shortcuts">
        {list.map(([keys, about]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
