import type { Notify, Room, UpdateMe } from 'express-chat/client'
import { useRoom } from 'express-chat/react'
import { openRoom } from '../app/address.js'
import type { IconName } from '../design/icon.js'
import { Menu, type MenuItem } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'
import { Popover } from '../design/popover.js'
import { endOfMute, inOneHour, tomorrow } from './muting.js'
import { roomName } from './room-name.js'

interface RoomMenuProps {
  room: Room
  isOpen: boolean
  anchor: HTMLElement
  onClose(): void
}

const choices: { notify: Notify; label: string; icon: IconName }[] = [
  { notify: 'all', label: 'All messages', icon: 'bell' },
  { notify: 'mentions', label: 'Mentions', icon: 'at' },
  { notify: 'none', label: 'Nothing', icon: 'bell-off' },
]

/** How I keep a room for myself: all of it is mine to change, and told to nobody else. */
export function RoomMenu({ room, isOpen, anchor, onClose }: RoomMenuProps) {
  const { handle } = useRoom(room.id)
  const { attempt } = useOverlays()
  const label = `Options for ${roomName(room)}`
  const { me } = room
  if (!me) return null
  const set = (changes: UpdateMe) => () => attempt(() => handle.updateMe(changes))
  const isUnread = me.unreadCount > 0 || me.isMarkedUnread
  const items: MenuItem[] = [
    { label: me.isPinned ? 'Unpin' : 'Pin', icon: 'pin', onSelect: set({ isPinned: !me.isPinned }) },
    isUnread
      ? { label: 'Mark as read', icon: 'check-double', onSelect: () => handle.markRead() }
      : {
          label: 'Mark as unread',
          icon: 'unread',
          onSelect() {
            // What is in sight is read again at once.
            if (isOpen) openRoom(null)
            void set({ isMarkedUnread: true })()
          },
        },
    {
      label: me.isArchived ? 'Take out of the archive' : 'Archive',
      icon: 'archive',
      onSelect: set({ isArchived: !me.isArchived }),
    },
    ...(me.muted
      ? [{ heading: endOfMute(me), label: 'Unmute', icon: 'bell' as const, onSelect: set({ muted: false }) }]
      : [
          {
            heading: 'Mute',
            label: 'For an hour',
            icon: 'clock' as const,
            onSelect: () => set({ mutedUntil: inOneHour() })(),
          },
          { label: 'Until tomorrow', icon: 'moon' as const, onSelect: () => set({ mutedUntil: tomorrow() })() },
          { label: 'For good', icon: 'bell-off' as const, onSelect: set({ muted: true }) },
        ]),
    ...choices.map(({ notify, ...choice }, n) => ({
      ...choice,
      ...(n === 0 && { heading: 'Notify me of' }),
      isChosen: me.notify === notify,
      onSelect: set({ notify }),
    })),
  ]
  return (
    <Popover anchor={anchor} label={label} role="group" className="menu" onClose={onClose}>
      <Menu label={label} items={items} onDone={onClose} />
    </Popover>
  )
}
