import { h, reconcile, setText } from './dom.js'
import { roomAvatar, roomName, roughTime, summary, typeNames, userName } from './format.js'

const isPlainClick = (event) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)

function lastLine({ room }, me) {
  const message = room.lastMessage
  if (!message) return 'No messages yet'
  if (message.kind === 'system' || !message.user) return summary(message)
  if (message.user.id === me.id) return `You: ${summary(message)}`
  return room.type === 'private' ? summary(message) : `${userName(message.user)}: ${summary(message)}`
}

function createRow() {
  const part = (name) => h('span', { class: name })
  const top = h(
    'span',
    { class: 'room-line' },
    part('room-name'),
    part('room-type tag'),
    h('time', { class: 'room-time' }),
  )
  const bottom = h('span', { class: 'room-line' }, part('room-last'), part('badge'))
  return h('li', {}, h('a', { class: 'room' }, part('room-avatar'), top, bottom))
}

function showAvatar(slot, room) {
  const shown = JSON.stringify([roomName(room), room.avatarUrl, room.peer?.avatarUrl])
  if (slot.dataset.shown === shown) return
  slot.dataset.shown = shown
  slot.replaceChildren(roomAvatar(room))
}

function showBadge(badge, unread, isMuted) {
  badge.hidden = unread === 0
  badge.classList.toggle('muted', Boolean(isMuted))
  setText(badge, unread ? String(unread) : '')
  badge.setAttribute('aria-label', `${unread} unread`)
}

/** The list of my rooms. Rows are links, so that a room opens in another tab as one expects. */
export function createRoomList(list, { hrefOf, onOpen }) {
  function update(row, conversation, { openId, me, unreadOf }) {
    const link = row.firstChild
    const { room } = conversation
    const unread = unreadOf(conversation)
    const part = (name) => link.querySelector(`.${name}`)
    link.href = hrefOf(room.id)
    link.dataset.id = room.id
    if (room.id === openId) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
    link.classList.toggle('unread', unread > 0)
    showAvatar(part('room-avatar'), room)
    setText(part('room-name'), roomName(room))
    setText(part('room-type'), typeNames[room.type])
    setText(part('room-time'), roughTime(room.lastMessage?.createdAt ?? room.createdAt))
    setText(part('room-last'), lastLine(conversation, me))
    showBadge(part('badge'), unread, room.me.muted)
  }

  list.addEventListener('click', (event) => {
    const link = event.target.closest('.room')
    if (!link || !isPlainClick(event)) return
    event.preventDefault()
    onOpen(link.dataset.id)
  })

  return {
    render(conversations, context) {
      reconcile(list, conversations, {
        key: ({ id }) => id,
        create: createRow,
        update: (row, item) => update(row, item, context),
      })
    },
  }
}
