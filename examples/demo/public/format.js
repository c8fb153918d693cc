import { h } from './dom.js'

const day = 86_400_000
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

const midnight = (time) => new Date(time).setHours(0, 0, 0, 0)
// Rounded, because a day on which the clocks change is not 24 hours long.
const daysAgo = (time) => Math.round((midnight(Date.now()) - midnight(time)) / day)

export const clockTime = (iso) => clock.format(new Date(iso))
export const fullTime = (iso) => full.format(new Date(iso))
export const isSameDay = (one, other) => midnight(one) === midnight(other)

export function dayName(iso) {
  const days = daysAgo(iso)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return days < 7 ? weekday.format(new Date(iso)) : date.format(new Date(iso))
}

/** As short as a list of rooms wants it. */
export function roughTime(iso) {
  const days = daysAgo(iso)
  if (days <= 0) return clockTime(iso)
  return days === 1 ? 'Yesterday' : shortDate.format(new Date(iso))
}

const bytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

export function fileSize(size) {
  if (size < 1e3) return plural(size, 'byte')
  return size < 1e6 ? `${bytes.format(size / 1e3)} kB` : `${bytes.format(size / 1e6)} MB`
}

export const typeNames = { private: 'Private', group: 'Group', channel: 'Channel' }

export const plural = (count, noun) => `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`

export const userName = (user) => user?.name || user?.id || 'Somebody'

export const roomName = (room) =>
  room.type === 'private' ? (room.peer ? userName(room.peer) : 'Private chat') : room.name

/** What stands in for a message where there is one line for it. */
export function summary(message) {
  if (message.deletedAt) return 'Message deleted'
  if (message.text) return message.text.replace(/\s+/g, ' ')
  return message.media.length ? 'Attachment' : ''
}

const hueOf = (id) => [...id].reduce((hash, character) => (hash * 31 + character.codePointAt(0)) % 360, 7)
const initialOf = (name) => [...name.trim()][0]?.toUpperCase() ?? '?'

/** A picture, or a coloured initial where there is none or it does not load. */
export function avatar({ id, name, avatarUrl }, isSquare = false) {
  const element = h('span', { class: `avatar${isSquare ? ' square' : ''}`, 'aria-hidden': 'true' }, initialOf(name))
  element.style.setProperty('--hue', hueOf(id))
  if (avatarUrl) {
    const picture = h('img', { src: avatarUrl, alt: '', onerror: () => picture.remove() })
    element.append(picture)
  }
  return element
}

export const userAvatar = (user) => avatar({ id: user?.id ?? '', name: userName(user), avatarUrl: user?.avatarUrl })

export const roomAvatar = (room) =>
  room.type === 'private' && room.peer
    ? userAvatar(room.peer)
    : avatar({ id: room.id, name: roomName(room) ?? '', avatarUrl: room.avatarUrl }, true)
