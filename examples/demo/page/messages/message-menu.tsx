import type { ShownMessage } from 'express-chat/client'
import { QuickEmojis } from '../design/emoji-picker.js'
import { type MenuItem, MenuItems, moveInMenu } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'
import { Popover } from '../design/popover.js'
import { useConversation } from './conversation-actions.js'

interface MessageMenuProps {
  message: ShownMessage
  anchor: HTMLElement
  onDetails(): void
  onClose(): void
}

/** All that one may do with a message. */
export function MessageMenu({ message, anchor, onDetails, onClose }: MessageMenuProps) {
  const { openPicker, toggle } = useConversation()
  const items = useItems(message, onDetails)
  if (items.length === 0) return null
  const canReact = message.state === 'sent' && !message.deletedAt
  return (
    <Popover anchor={anchor} label="Message" role="dialog" className="menu" onClose={onClose}>
      {canReact && (
        <QuickEmojis
          onPick={(emoji) => {
            onClose()
            toggle(message, emoji)
          }}
          onMore={() => {
            onClose()
            openPicker(message, anchor)
          }}
        />
      )}
      <div role="menu" aria-label="Actions" tabIndex={-1} onKeyDown={moveInMenu}>
        <MenuItems items={items} onDone={onClose} />
      </div>
    </Popover>
  )
}

function useItems(message: ShownMessage, onDetails: () => void): MenuItem[] {
  const { canReply, canEdit, canDelete, reply, edit, remove, retry, discard } = useConversation()
  const { attempt, toast } = useOverlays()
  if (message.kind === 'system' || message.deletedAt) return []
  const copy = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(message.text)
      toast('Copied')
    })
  const items: (MenuItem | false)[] =
    message.state === 'sent'
      ? [
          canReply && { label: 'Reply', icon: 'reply', onSelect: () => reply(message) },
          // The clipboard exists only on https and localhost, and demos are opened by IP address on a phone.
          message.text !== '' && 'clipboard' in navigator && { label: 'Copy text', icon: 'copy', onSelect: copy },
          canEdit(message) && { label: 'Edit', icon: 'edit', onSelect: () => edit(message) },
          { label: 'Details', icon: 'info', onSelect: onDetails },
          canDelete(message) && {
            label: 'Delete',
            icon: 'delete',
            isDangerous: true,
            onSelect: () => remove(message),
          },
        ]
      : [
          message.state === 'failed' && { label: 'Try again', icon: 'send', onSelect: () => retry(message) },
          { label: 'Discard', icon: 'delete', isDangerous: true, onSelect: () => discard(message) },
        ]
  return items.filter((item): item is MenuItem => item !== false)
}
