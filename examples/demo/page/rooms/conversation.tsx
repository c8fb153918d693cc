import type { Member, RoomHandle, ShownMessage } from 'express-chat/client'
import { useChatClient, useMe, useMembers, useMessages, useRoom } from 'express-chat/react'
import { useMemo, useRef, useState } from 'react'
import type { Subject } from '../composer/composer.js'
import { EmojiPicker } from '../design/emoji-picker.js'
import { useOverlays } from '../design/overlays.js'
import { Announcer } from '../messages/announcer.js'
import { type ConversationActions, ConversationContext } from '../messages/conversation-actions.js'
import { Lightbox } from '../messages/lightbox.js'
import { isPicture } from '../messages/media-grid.js'
import { MessageDetails } from '../messages/message-details.js'
import { MessageMenu } from '../messages/message-menu.js'
import { Timeline } from '../messages/timeline.js'
import type { JumpTarget } from '../messages/use-timeline-scroll.js'
import { userName } from '../people/user-name.js'

interface ConversationProps {
  roomId: string
  jump: JumpTarget | null
  onJump(to: JumpTarget): void
  onSubject(subject: Subject): void
}

/** What is open over the timeline, for one of its messages. */
type Overlay =
  | { kind: 'menu' | 'picker'; message: ShownMessage; anchor: HTMLElement }
  | { kind: 'details'; message: ShownMessage }
  | { kind: 'picture'; message: ShownMessage; mediaId: string }

/** The messages of a room that is mine, with all that can be done with them. */
export function Conversation({ roomId, jump, onJump, onSubject }: ConversationProps) {
  const { handle } = useRoom(roomId)
  const { items } = useMessages(roomId)
  const members = useMembers(roomId).items
  const me = useMe()
  const [overlay, setOverlay] = useState<Overlay | null>(null)
  const actions = useActions({ handle, members, onJump, onSubject, setOverlay })
  const close = () => setOverlay(null)
  const othersReadSeq = Math.max(0, ...members.map((each) => (each.user.id === me?.id ? 0 : each.lastReadSeq)))
  // What is open shows the message as it is now.
  const message = overlay && (items.find(({ key }) => key === overlay.message.key) ?? overlay.message)
  if (!actions) return null
  return (
    <ConversationContext.Provider value={actions}>
      <Timeline key={roomId} roomId={roomId} othersReadSeq={othersReadSeq} jump={jump} />
      <Announcer roomId={roomId} />
      {overlay?.kind === 'menu' && message && (
        <MessageMenu
          message={message}
          anchor={overlay.anchor}
          onDetails={() => setOverlay({ kind: 'details', message })}
          onClose={close}
        />
      )}
      {overlay?.kind === 'picker' && message && (
        <EmojiPicker
          anchor={overlay.anchor}
          label="Choose a reaction"
          isQuick
          onPick={(emoji) => actions.toggle(message, emoji)}
          onClose={close}
        />
      )}
      {overlay?.kind === 'details' && message && <MessageDetails message={message} onClose={close} />}
      {overlay?.kind === 'picture' && (
        <Lightbox
          pictures={items.flatMap(({ media }) => media.filter(isPicture))}
          startId={overlay.mediaId}
          onClose={close}
        />
      )}
    </ConversationContext.Provider>
  )
}

interface ActionsOptions {
  handle: RoomHandle
  members: readonly Member[]
  onJump(to: JumpTarget): void
  onSubject(subject: Subject): void
  setOverlay(overlay: Overlay): void
}

/** Stays the same object while it can do the same, so that messages that did not change are not shown anew. */
function useActions({ handle, members, onJump, onSubject, setOverlay }: ActionsOptions): ConversationActions | null {
  const client = useChatClient()
  const me = useMe()
  const { room } = useRoom(handle.id)
  const { attempt, confirm } = useOverlays()
  const names = useNames(members)
  const permissions = room?.me?.permissions
  const type = room?.type
  return useMemo(() => {
    if (!me) return null
    const { messages } = handle
    const isMine = (message: { user: { id: string } | null }) => message.user?.id === me.id
    return {
      roomId: handle.id,
      myId: me.id,
      // Who has left the room is no member any more, and still has a name.
      nameOf: (id) => names.get(id) ?? userName(client.users.known(id).getSnapshot()),
      isPrivate: type === 'private',
      canReply: permissions?.canCreateMessages ?? false,
      canEdit: (message) => permissions?.[isMine(message) ? 'canEditOwnMessages' : 'canEditMessages'] ?? false,
      canDelete: (message) => permissions?.[isMine(message) ? 'canDeleteOwnMessages' : 'canDeleteMessages'] ?? false,
      reply: (message) => onSubject({ kind: 'reply', message }),
      edit: (message) => onSubject({ kind: 'edit', message }),
      async remove({ id }) {
        const question = { title: 'Delete message', question: 'It is deleted for everybody.', action: 'Delete' }
        if (await confirm(question)) await attempt(() => messages.delete(id))
      },
      toggle: ({ id, myReactions }, reaction) =>
        attempt(() => (myReactions.includes(reaction) ? messages.unreact(id, reaction) : messages.react(id, reaction))),
      jump: ({ seq }) => onJump({ seq }),
      openMenu: (message, anchor) => setOverlay({ kind: 'menu', message, anchor }),
      openPicker: (message, anchor) => setOverlay({ kind: 'picker', message, anchor }),
      enlarge: (message, mediaId) => setOverlay({ kind: 'picture', message, mediaId }),
      retry: ({ clientId }) => clientId && messages.retry(clientId),
      discard: ({ clientId }) => clientId && messages.discard(clientId),
    }
  }, [client, handle, me, names, type, permissions, attempt, confirm, onJump, onSubject, setOverlay])
}

/** Markers of reading move all the time; names hardly ever. */
function useNames(members: readonly Member[]): ReadonlyMap<string, string> {
  const held = useRef<ReadonlyMap<string, string>>(new Map())
  return useMemo(() => {
    const names = new Map(members.map(({ user }) => [user.id, userName(user)]))
    const isSame = names.size === held.current.size && [...names].every(([id, name]) => held.current.get(id) === name)
    if (!isSame) held.current = names
    return held.current
  }, [members])
}
