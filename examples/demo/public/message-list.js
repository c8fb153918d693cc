import { byId, h, reconcile } from './dom.js'
import { dayName, isSameDay } from './format.js'
import { createMessage, updateMessage } from './message-view.js'
import { createRover } from './rover.js'

const continuesWithinMs = 5 * 60_000
const nearEndPx = 60
const nearStartPx = 300

function draftOf({ clientId, text, replyTo, media, createdAt }, me) {
  return {
    clientId,
    kind: 'user',
    user: me,
    text,
    media,
    replyTo,
    reactions: [],
    createdAt,
    editedAt: null,
    deletedAt: null,
  }
}

/** My messages keep their element from the moment they are written to the moment they come back. */
const keyOf = (message, isMine) => (isMine && message.clientId ? `mine:${message.clientId}` : message.id)

function continues(message, previous) {
  if (!previous || previous.kind === 'system' || message.kind === 'system') return false
  const gap = new Date(message.createdAt) - new Date(previous.createdAt)
  return (
    previous.user?.id === message.user?.id &&
    gap < continuesWithinMs &&
    isSameDay(previous.createdAt, message.createdAt)
  )
}

function describe(message, conversation, me, entry = null) {
  const isMine = message.kind === 'user' && message.user?.id === me.id
  return {
    key: keyOf(message, isMine),
    message,
    entry,
    isMine,
    canReply: conversation.can('canCreateMessages'),
    canEdit: conversation.can(isMine ? 'canEditOwnMessages' : 'canEditMessages'),
    canDelete: conversation.can(isMine ? 'canDeleteOwnMessages' : 'canDeleteMessages'),
  }
}

/** Messages, and what stands between them: days, and where the unread ones began. */
function layOut(described, unreadFrom) {
  const items = []
  let previous = null
  for (const item of described) {
    const { message } = item
    if (!previous || !isSameDay(previous.createdAt, message.createdAt)) {
      items.push({
        key: `day:${new Date(message.createdAt).toDateString()}:${item.key}`,
        divider: dayName(message.createdAt),
        kind: 'day',
      })
    }
    if (message.seq === unreadFrom) items.push({ key: 'unread', divider: 'New messages', kind: 'unread-from' })
    items.push({ ...item, isContinued: message.seq !== unreadFrom && continues(message, previous) })
    previous = message
  }
  return items
}

/** The log of the open room: it stays at its end while one is there, and stays put while one reads further up. */
export function createMessageList({ store, outbox, onAction, onWantOlder, onMoved }) {
  const log = byId('messages')
  const list = byId('message-items')
  const older = byId('load-older')
  const toEnd = byId('to-end')
  const rover = createRover(list, '.message')
  let items = []
  let isAtEnd = true
  let conversation = null
  let unreadFrom = null

  const distanceToEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight
  const scrollToEnd = () => {
    log.scrollTop = log.scrollHeight
  }

  function update(element, item) {
    if (item.divider) return
    updateMessage(element, item, {
      myId: store.me.id,
      userOf: (id) => store.user(id),
      messageOf: (id) => conversation.message(id),
    })
  }

  const create = ({ divider, kind }) =>
    divider ? h('div', { class: `divider ${kind}` }, h('span', {}, divider)) : createMessage()

  /** Runs `change` and puts the message that was on top back to where it was on the screen. */
  function keepPlace(change) {
    const top = log.getBoundingClientRect().top
    const anchor = [...list.querySelectorAll('.message')].find(
      (message) => message.getBoundingClientRect().bottom > top,
    )
    const before = anchor?.getBoundingClientRect().top
    change()
    if (isAtEnd) scrollToEnd()
    else if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - before
  }

  function itemsOf() {
    const messages = conversation.messages
    const arrived = new Set(messages.filter(({ user }) => user?.id === store.me.id).map(({ clientId }) => clientId))
    const onTheirWay = outbox.inRoom(conversation.id).filter(({ clientId }) => !arrived.has(clientId))
    return layOut(
      [
        ...messages.map((message) => describe(message, conversation, store.me)),
        ...onTheirWay.map((entry) => describe(draftOf(entry, store.me), conversation, store.me, entry)),
      ],
      unreadFrom,
    )
  }

  function render(isLoading) {
    items = itemsOf()
    log.setAttribute('aria-busy', String(isLoading || !conversation.hasMessages))
    keepPlace(() => {
      older.hidden = !conversation.hasBefore
      older.disabled = isLoading
      reconcile(list, items, { key: ({ key }) => key, create, update })
      rover.refresh()
    })
    showToEnd()
  }

  function showToEnd() {
    toEnd.hidden = isAtEnd
    toEnd.classList.toggle('unread', conversation.unread > 0)
  }

  function open(next) {
    conversation = next
    isAtEnd = true
    unreadFrom = next.unread > 0 ? next.room.me.lastReadSeq + 1 : null
    list.replaceChildren()
    reconcile(list, [], { key: String })
  }

  const elementOf = (messageId) => [...list.children].find(({ dataset }) => dataset.id === messageId)

  function flash(messageId) {
    const element = elementOf(messageId)
    if (!element) return false
    isAtEnd = false
    element.scrollIntoView({ block: 'center' })
    rover.moveTo(element)
    element.classList.add('flash')
    setTimeout(() => element.classList.remove('flash'), 1500)
    return true
  }

  function itemOf(target) {
    const element = target.closest('.message')
    return items[[...list.children].indexOf(element)]
  }

  log.addEventListener('scroll', () => {
    if (!conversation) return
    isAtEnd = distanceToEnd() < nearEndPx
    showToEnd()
    if (log.scrollTop < nearStartPx && conversation.hasBefore) onWantOlder()
    onMoved()
  })
  list.addEventListener('click', (event) => {
    const button = event.target.closest('[data-action]')
    if (button) onAction(button.dataset.action, itemOf(button), button)
  })
  older.addEventListener('click', onWantOlder)
  toEnd.addEventListener('click', scrollToEnd)
  // Pictures that load and keyboards that come up change heights at their own time.
  const observer = new ResizeObserver(() => isAtEnd && scrollToEnd())
  observer.observe(log)
  observer.observe(list)

  return {
    open,
    render,
    flash,
    scrollToEnd() {
      isAtEnd = true
      scrollToEnd()
    },
    get isAtEnd() {
      return isAtEnd
    },
  }
}
