import type { ShownMessage } from 'express-chat/client'
import { QuickEmojis } from '../design/emoji-picker.js'
import { Menu, type MenuItem } from '../design/menu.js'
import { Popover } from '../design/popover.js'
import { useConversation } from './conversation-actions.js'
import { canBeRetried } from './failure.js'
import { useCopy } from './use-copy.js'

interface MessageMenuProps {
  message: ShownMessage
  anchor: HTMLElement
  onDetails(): void
  onForward(): void
  onReport(): void
  onClose(): void
}

/** All that one may do with a message. */
export function MessageMenu({ message, anchor, onClose, ...dialogs }: MessageMenuProps) {
  const { openPicker, toggle } = useConversation()
  const items = useItems(message, dialogs)
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
          onMore={() => openPicker(message, anchor, 'all')}
        />
      )}
      <Menu label="Actions" items={items} onDone={onClose} />
    </Popover>
  )
}

type Dialogs = Pick<MessageMenuProps, 'onDetails' | 'onForward' | 'onReport'>

function useItems(message: ShownMessage, { onDetails, onForward, onReport }: Dialogs): MenuItem[] {
  const { myId, canReply, canEdit, canDelete, canPin } = useConversation()
  const { reply, edit, togglePin, remove, retry, revise, discard, openThread } = useConversation()
  const copy = useCopy()
  if (message.kind === 'system' || message.deletedAt) return []
  const copying: MenuItem | false = message.text !== '' &&
    copy !== null && { label: 'Copy text', icon: 'copy', onSelect: () => copy(message.text) }
  const items: (MenuItem | false)[] =
    message.state === 'sent'
      ? [
          canReply && { label: 'Reply', icon: 'reply', onSelect: () => reply(message) },
          openThread !== null && {
            label: message.threadId === null ? 'Reply in thread' : 'Open thread',
            icon: 'message',
            onSelect: () => openThread(message),
          },
          { label: 'Forward…', icon: 'forward', onSelect: onForward },
          copying,
          canEdit(message) && { label: 'Edit', icon: 'edit', onSelect: () => edit(message) },
          canPin && { label: message.pinnedAt ? 'Unpin' : 'Pin', icon: 'pin', onSelect: () => togglePin(message) },
          { label: 'Details', icon: 'info', onSelect: onDetails },
          message.user?.id !== myId && { label: 'Report…', icon: 'flag', onSelect: onReport },
          canDelete(message) && {
            label: 'Delete',
            icon: 'delete',
            isDangerous: true,
            onSelect: () => remove(message),
          },
        ]
      : [
          message.state === 'failed' &&
            canBeRetried(message) && { label: 'Try again', icon: 'send', onSelect: () => retry(message) },
          message.state === 'failed' &&
            canReply &&
            !message.forwardedFrom && { label: 'Edit', icon: 'edit', onSelect: () => revise(message) },
          message.state === 'sending' &&
            canEdit(message) && { label: 'Edit', icon: 'edit', onSelect: () => edit(message) },
          copying,
          { label: 'Discard', icon: 'delete', isDangerous: true, onSelect: () => discard(message) },
        ]
  return items.filter((item): item is MenuItem => item !== false)
}
