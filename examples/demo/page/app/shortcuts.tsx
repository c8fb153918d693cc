import { useRooms } from 'express-chat/react'
import { type RefObject, useEffect } from 'react'
import { Dialog } from '../design/dialog.js'
import { composerField } from '../design/focus.js'
import { openRoom } from './address.js'

interface ShortcutsOptions {
  openRoomId: string | null
  search: RefObject<HTMLInputElement | null>
  onHelp(): void
}

const groups: { title: string; keys: [string, string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['?  or  Ctrl /', 'Show this list'],
      ['Ctrl K', 'Search rooms, people and messages'],
      ['Alt ↑  Alt ↓', 'Open the previous or next room'],
      ['Tab', 'Go on to the next part of the page'],
      ['Escape', 'Close a menu, dialog or panel'],
    ],
  },
  {
    title: 'Writing',
    keys: [
      ['Any letter', 'Start writing in the open room'],
      ['Enter', 'Send'],
      ['Shift Enter', 'Start a new line'],
      ['↑', 'Edit your last message, if the field is empty'],
      ['@', 'Mention somebody'],
      ['Escape', 'Cancel a reply or an edit'],
    ],
  },
  {
    title: 'Messages, menus and lists',
    keys: [
      ['↑  ↓  Home  End', 'Move'],
      ['Enter', 'Open the menu of a message: reply, react, copy, edit, details, delete'],
      ['A letter', 'Go to what begins with it, in menus and lists'],
    ],
  },
]

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, dialog, [popover]') !== null

/** Keys that work wherever the focus is; and letters, which go to the open room unless something else takes them. */
export function useShortcuts({ openRoomId, search, onHelp }: ShortcutsOptions): void {
  const { items } = useRooms()
  useEffect(() => {
    const go = (step: number) => {
      const at = items.findIndex(({ id }) => id === openRoomId)
      const next = items[at + step]
      if (!next) return
      // Whatever has the focus, it goes to the room.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      openRoom(next.id)
    }
    const write = (key: string) => {
      // The letter itself arrives in what has the focus after this.
      if ((key.length === 1 && key !== ' ') || key === 'Dead' || key === 'Process') composerField()?.focus()
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const command = event.ctrlKey || event.metaKey
      const keys: Record<string, (() => void) | undefined> = command
        ? { k: () => search.current?.focus(), '/': onHelp }
        : event.altKey
          ? { ArrowUp: () => go(-1), ArrowDown: () => go(1) }
          : isTyping(event.target)
            ? {}
            : { '?': onHelp }
      const act = keys[event.key]
      if (act) {
        event.preventDefault()
        act()
      } else if (!command && !event.altKey && !isTyping(event.target)) write(event.key)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [items, openRoomId, search, onHelp])
}

export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {groups.map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl className="shortcuts">
            {keys.map(([key, about]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{about}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
