import type { Member, Messages, RoomHandle, ShownMessage } from 'express-chat/client'
import { useBlocks, useChatClient, useMe, useMembers, useRoom } from 'express-chat/react'
import { type Dispatch, type SetStateAction, useMemo, useRef, useState } from 'react'
import type { Subject } from '../composer/subject-line.js'
import { EmojiPicker } from '../design/emoji-picker.js'
import { useOverlays } from '../design/overlays.js'
import { Announcer } from '../messages/announcer.js'
import { type ConversationActions, ConversationContext } from '../messages/conversation-actions.js'
import { EditsDialog } from '../messages/edits-dialog.js'
import { ForwardDialog } from '../messages/forward-dialog.js'
import { Lightbox } from '../messages/lightbox.js'
import { isPicture } from '../messages/media-grid.js'
import { MessageDetails } from '../messages/message-details.js'
import { MessageMenu } from '../messages/message-menu.js'
import { ReportDialog } from '../messages/report-dialog.js'
import { Timeline } from '../messages/timeline.js'
import { useChange } from '../messages/use-change.js'
import { usePlace } from '../messages/use-place.js'
import type { JumpTarget } from '../messages/use-timeline-scroll.js'
import { userName } from '../people/user-name.js'
import { NotSaved } from './not-saved.js'

interface ConversationProps {
  roomId: string
  /** The message whose thread it is; the room itself without one. */
  threadId?: string
  jump: JumpTarget | null
  onJump(to: JumpTarget): void
  /** Opens the thread of a message, perhaps at one of its replies. */
  onThread?(messageId: string, to?: JumpTarget): void
  onSubject(subject: Subject): void
}

/** What is open over the timeline, for one of its messages. */
type Overlay =
  | { kind: 'menu' | 'few' | 'all'; message: ShownMessage; anchor: HTMLElement }
  | { kind: 'details' | 'edits' | 'forward' | 'report'; message: ShownMessage }
  | { kind: 'picture'; message: ShownMessage; mediaId: string }

/** What asks again for what is open closes it. */
const toggled =
  (next: Overlay) =>
  (open: Overlay | null): Overlay | null =>
    open?.kind === next.kind && open.message.key === next.message.key ? null : next

/** The messages of a room that is mine, with all that can be done with them. */
export function Conversation({ roomId, threadId, jump, onJump, onThread, onSubject }: ConversationProps) {
  const { handle, room } = useRoom(roomId)
  const { window } = usePlace(roomId, threadId)
  const { items } = window
  const { items: members, hasMore } = useMembers(roomId)
  const me = useMe()
  // While it is mounted, what they say is marked.
  useBlocks()
  const [overlay, setOverlay] = useState<Overlay | null>(null)
  const place = { handle, messages: window.handle, threadId }
  const actions = useActions({ ...place, members, onJump, onThread, onSubject, setOverlay })
  const close = () => setOverlay(null)
  // Nobody knows of all who are not loaded.
  const others = hasMore ? [] : members.filter(({ user }) => user.id !== me?.id)
  // How far they have read in a thread, nobody is told.
  const isTold = others.length > 0 && room?.readReceipts && threadId === undefined
  const allReadSeq = isTold ? Math.min(...others.map(({ lastReadSeq }) => lastReadSeq)) : 0
  // What is open shows the message as it is now.
  const message = overlay && (items.find(({ key }) => key === overlay.message.key) ?? overlay.message)
  if (!actions) return null
  return (
    <ConversationContext.Provider value={actions}>
      <Timeline
        key={threadId ?? roomId}
        roomId={roomId}
        threadId={threadId}
        allReadSeq={allReadSeq}
        jump={jump}
        overlayKey={overlay?.message.key ?? null}
      />
      <NotSaved window={window} messages={window.handle} />
      <Announcer roomId={roomId} threadId={threadId} />
      {overlay?.kind === 'menu' && message && (
        <MessageMenu
          message={message}
          anchor={overlay.anchor}
          onDetails={() => setOverlay({ kind: 'details', message })}
          onForward={() => setOverlay({ kind: 'forward', message })}
          onReport={() => setOverlay({ kind: 'report', message })}
          onClose={close}
        />
      )}
      {(overlay?.kind === 'few' || overlay?.kind === 'all') && message && (
        <EmojiPicker
          key={overlay.kind}
          anchor={overlay.anchor}
          label="Choose a reaction"
          isQuick={overlay.kind === 'few'}
          onPick={(emoji) => actions.toggle(message, emoji)}
          onClose={close}
        />
      )}
      {overlay?.kind === 'details' && message && <MessageDetails message={message} onClose={close} />}
      {overlay?.kind === 'edits' && message && <EditsDialog message={message} onClose={close} />}
      {overlay?.kind === 'forward' && message && <ForwardDialog message={message} onClose={close} />}
      {overlay?.kind === 'report' && message && <ReportDialog message={message} onClose={close} />}
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
  messages: Messages
  threadId: string | undefined
  members: readonly Member[]
  onJump(to: JumpTarget): void
  onThread: ((messageId: string, to?: JumpTarget) => void) | undefined
  onSubject(subject: Subject): void
  setOverlay: Dispatch<SetStateAction<Overlay | null>>
}

/** Stays the same object while it can do the same, so that messages that did not change are not shown anew. */
function useActions(options: ActionsOptions): ConversationActions | null {
  const { handle, messages, threadId, members, onJump, onThread, onSubject, setOverlay } = options
  const client = useChatClient()
  const me = useMe()
  const { room } = useRoom(handle.id)
  const { attempt, confirm } = useOverlays()
  const change = useChange()
  const names = useNames(members)
  // Where one of two blocks the other, what is said stays as it is.
  const may = room?.isBlocked ? undefined : room?.me?.permissions
  const permissions = room?.me?.permissions
  const type = room?.type
  return useMemo(() => {
    if (!me) return null
    const { pins } = handle
    const isMine = (message: { user: { id: string } | null }) => message.user?.id === me.id
    return {
      roomId: handle.id,
      myId: me.id,
      // Who has left the room is no member any more, and still has a name.
      nameOf: (id) => names.get(id) ?? userName(client.users.known(id).getSnapshot()),
      isPrivate: type === 'private',
      canReply: may?.canCreateMessages ?? false,
      // What a bot said is the application's, and what was forwarded stays as it was said.
      canEdit: (message) =>
        message.as === null &&
        message.forwardedFrom === null &&
        (may?.[isMine(message) ? 'canEditOwnMessages' : 'canEditMessages'] ?? false),
      canDelete: (message) => permissions?.[isMine(message) ? 'canDeleteOwnMessages' : 'canDeleteMessages'] ?? false,
      canPin: may !== undefined && (type === 'private' || may.canEditRoom),
      reply: (message) => onSubject({ kind: 'reply', message }),
      edit: (message) => onSubject({ kind: 'edit', message }),
      async remove({ id }) {
        const question = { title: 'Delete message?', question: 'It will be deleted for everyone.', action: 'Delete' }
        if (await confirm(question)) await change(() => messages.delete(id))
      },
      toggle: ({ id, myReactions }, reaction) =>
        change(() => (myReactions.includes(reaction) ? messages.unreact(id, reaction) : messages.react(id, reaction))),
      togglePin: ({ id, pinnedAt }) => attempt(() => (pinnedAt ? pins.unpin(id) : pins.pin(id))),
      // What is quoted may be in a thread, or in the room where this is a thread.
      jump: ({ seq, threadId: place }) => {
        if ((place ?? undefined) === threadId) onJump({ seq })
        else if (place) onThread?.(place, { seq })
      },
      openThread: onThread ? ({ id, threadId }) => onThread(threadId ?? id) : null,
      openMenu: (message, anchor) => setOverlay(toggled({ kind: 'menu', message, anchor })),
      openPicker: (message, anchor, which) => setOverlay(toggled({ kind: which, message, anchor })),
      openEdits: (message) => setOverlay({ kind: 'edits', message }),
      enlarge: (message, mediaId) => setOverlay({ kind: 'picture', message, mediaId }),
      revise: (message) => onSubject({ kind: 'revise', message }),
      retry: ({ clientId }) => clientId && messages.retry(clientId),
      discard: ({ clientId }) => clientId && messages.discard(clientId),
    }
  }, [
    client,
    handle,
    messages,
    threadId,
    me,
    names,
    type,
    may,
    permissions,
    attempt,
    change,
    confirm,
    onJump,
    onThread,
    onSubject,
    setOverlay,
  ])
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
