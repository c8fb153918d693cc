import type { ForwardedFrom, ShownMessage } from 'express-chat/client'
import { type KeyboardEvent, type MouseEvent, memo, useRef, useState } from 'react'
import { AuthorAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import { clockTime, fullTime } from '../design/time.js'
import { authorName } from '../people/user-name.js'
import { Card } from './card.js'
import { useConversation } from './conversation-actions.js'
import { FailedMutation } from './failed-mutation.js'
import { Failure } from './failure.js'
import { HiddenMessage } from './hidden-message.js'
import { MediaGrid } from './media-grid.js'
import { MessageText } from './message-text.js'
import { Quote } from './quote.js'
import { Reactions } from './reactions.js'
import { useSystemText } from './system-text.js'
import { ThreadSummary } from './thread-summary.js'

interface MessageProps {
  message: ShownMessage
  /** It goes on from the one before, by the same person. */
  continues: boolean
  /** And the next one goes on from it. */
  isContinued: boolean
  isRead: boolean
  isCurrent: boolean
  /** Something is open for it, which stands beside its tools. */
  isOpen: boolean
}

/** One message. In a long list only the current one is a stop of the Tab key, with what is in it. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, continues, isContinued, isRead, isCurrent, isOpen } = props
  const { myId, isPrivate, openMenu, retry, discard } = useConversation()
  const [isHovered, setIsHovered] = useState(false)
  const [hasFocus, setHasFocus] = useState(false)
  const [isShown, setIsShown] = useState(false)
  const pointer = useRef('')
  const isMine = message.user?.id === myId
  if (message.isBlocked && !isShown) {
    return <HiddenMessage message={message} isCurrent={isCurrent} onShow={() => setIsShown(true)} />
  }
  if (message.kind === 'system') return <SystemMessage message={message} isCurrent={isCurrent} />

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return
    event.preventDefault()
    openMenu(message, event.currentTarget)
  }
  const flags = { mine: isMine, continues, continued: isContinued, deleted: message.deletedAt !== null }
  const classes = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [name] : []))
  const author = isMine ? 'You' : authorName(message)
  return (
    <article
      className={`message ${message.state} ${classes.join(' ')}`}
      data-seq={message.seq || undefined}
      aria-label={`${author}, ${fullTime(message.createdAt)}`}
      tabIndex={isCurrent ? 0 : -1}
      onKeyDown={onKeyDown}
      onPointerEnter={(event) => event.pointerType === 'mouse' && setIsHovered(true)}
      onPointerLeave={() => setIsHovered(false)}
      onPointerDown={(event) => {
        pointer.current = event.pointerType
      }}
      onFocus={() => setHasFocus(true)}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setHasFocus(false)}
      onContextMenu={(event) => {
        if (getSelection()?.isCollapsed === false || (event.target as Element).closest('a, img')) return
        event.preventDefault()
        openMenu(message, event.currentTarget.querySelector<HTMLElement>('.bubble') ?? event.currentTarget)
      }}
    >
      {!isMine && !isPrivate && (
        <span className="message-avatar">{!continues && <AuthorAvatar message={message} />}</span>
      )}
      <div className="message-body">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a tap; keys open the menu from the message around it. */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: likewise. */}
        <div
          className="bubble"
          // A click, which comes last of what a tap brings: an event before it would be followed by others, beside the menu.
          onClick={(event) => pointer.current !== 'mouse' && isTap(event) && openMenu(message, event.currentTarget)}
        >
          {!isMine && !isPrivate && !continues && (
            <span className="author" dir="auto">
              {author}
            </span>
          )}
          <Content message={message} tab={isCurrent ? 0 : -1} />
          <Meta message={message} isMine={isMine} isRead={isRead} tab={isCurrent ? 0 : -1} />
        </div>
        {(isHovered || hasFocus || isOpen) && message.state === 'sent' && !message.deletedAt && (
          <Tools message={message} />
        )}
      </div>
      <Reactions message={message} tab={isCurrent ? 0 : -1} />
      <ThreadSummary message={message} tab={isCurrent ? 0 : -1} />
      {message.state === 'failed' && <Failure message={message} />}
      {message.mutations?.map(
        (mutation) =>
          mutation.state === 'failed' && (
            <FailedMutation
              key={mutation.clientId}
              mutation={mutation}
              onRetry={(clientId) => retry({ clientId })}
              onDiscard={(clientId) => discard({ clientId })}
            />
          ),
      )}
    </article>
  )
})

/** On the bubble itself, and not on something in it. */
const isTap = (event: MouseEvent<HTMLElement>): boolean =>
  !(event.target as Element).closest('button, a, video, input') && getSelection()?.isCollapsed !== false

function Content({ message, tab }: { message: ShownMessage; tab: number }) {
  const { nameOf, myId } = useConversation()
  if (message.deletedAt) return <span className="message-text">Message deleted</span>
  return (
    <>
      {message.forwardedFrom && <Forwarded from={message.forwardedFrom} />}
      {message.replyTo && <Quote replyTo={message.replyTo} tab={tab} />}
      {message.data && <Card data={message.data} tab={tab} />}
      {(message.media.length > 0 || message.files) && <MediaGrid message={message} tab={tab} />}
      {message.text && (
        <MessageText
          text={message.text}
          names={message.mentions.map(nameOf)}
          namesEveryone={message.mentionsEveryone}
          myName={nameOf(myId)}
        />
      )}
    </>
  )
}

/** Who had said it. */
function Forwarded({ from: { userId, name, createdAt } }: { from: ForwardedFrom }) {
  const { myId } = useConversation()
  return (
    <span className="forwarded" title={`Said ${fullTime(createdAt)}`}>
      <Icon name="forward" small />
      <span className="ellipsis" dir="auto">
        Forwarded from {userId === myId ? 'you' : (name ?? 'the application')}
      </span>
    </span>
  )
}

interface MetaProps {
  message: ShownMessage
  isMine: boolean
  isRead: boolean
  tab: number
}

function Meta({ message, isMine, isRead, tab }: MetaProps) {
  const { openEdits, openThread } = useConversation()
  return (
    <span className="meta">
      {message.alsoInRoom && <span>{openThread ? 'in a thread' : 'also in the room'}</span>}
      {message.pinnedAt && (
        <span className="pinned" title={`Pinned ${fullTime(message.pinnedAt)}`}>
          <Icon name="pin" small />
          <span className="for-screen-readers">Pinned</span>
        </span>
      )}
      {message.editedAt && !message.deletedAt && (
        <button
          type="button"
          className="edited"
          tabIndex={tab}
          title={`Edited ${fullTime(message.editedAt)}: see what it said before`}
          onClick={() => openEdits(message)}
        >
          edited
        </button>
      )}
      {message.mutations?.some(({ state }) => state === 'sending') && (
        <span className="mark waiting" title="Not saved yet">
          <Icon name="clock" small />
          <span className="for-screen-readers">Not saved yet</span>
        </span>
      )}
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
        {clockTime(message.createdAt)}
      </time>
      {isMine && !message.deletedAt && <Mark state={message.state} isRead={isRead} />}
    </span>
  )
}

function Mark({ state, isRead }: { state: ShownMessage['state']; isRead: boolean }) {
  const { isPrivate } = useConversation()
  const [icon, label] =
    state === 'sending'
      ? (['clock', 'Sending'] as const)
      : state === 'failed'
        ? (['alert', 'Not sent'] as const)
        : isRead
          ? (['check-double', isPrivate ? 'Read' : 'Read by everyone'] as const)
          : (['check', 'Sent'] as const)
  return (
    <span className={`mark ${isRead ? 'read' : ''}`} title={label}>
      <Icon name={icon} small />
      <span className="for-screen-readers">{label}</span>
    </span>
  )
}

function Tools({ message }: { message: ShownMessage }) {
  const { canReply, reply, openMenu, openPicker } = useConversation()
  return (
    <div className="tools" role="toolbar" aria-label="Actions">
      <IconButton
        icon="smile"
        label="React"
        small
        onClick={(event) => openPicker(message, event.currentTarget, 'few')}
      />
      {canReply && <IconButton icon="reply" label="Reply" small onClick={() => reply(message)} />}
      <IconButton
        icon="more"
        label="More"
        small
        aria-haspopup="menu"
        onClick={(event) => openMenu(message, event.currentTarget)}
      />
    </div>
  )
}

function SystemMessage({ message, isCurrent }: { message: ShownMessage; isCurrent: boolean }) {
  const { replyTo } = message
  return (
    <article className="message system" data-seq={message.seq || undefined} tabIndex={isCurrent ? 0 : -1}>
      <span className="message-text" dir="auto">
        {useSystemText()(message)}
      </span>
      {replyTo && <Quote replyTo={replyTo} tab={isCurrent ? 0 : -1} />}
      <time dateTime={message.createdAt} title={fullTime(message.createdAt)}>
        {clockTime(message.createdAt)}
      </time>
    </article>
  )
}
