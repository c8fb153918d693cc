import { h, icon, setText } from './dom.js'
import { clockTime, fileSize, fullTime, summary, userAvatar, userName } from './format.js'

export const emoji = ['👍', '❤️', '😂', '🎉', '😮', '😢']

const tool = (action, iconName, label) =>
  h(
    'button',
    {
      type: 'button',
      class: `quiet ${action}`,
      'data-action': action,
      title: label,
      'aria-label': label,
      tabindex: '-1',
    },
    icon(iconName),
  )

/** A message's skeleton; `updateMessage` fills it. */
export function createMessage() {
  return h(
    'article',
    { class: 'message', tabindex: '-1' },
    h('span', { class: 'message-avatar' }),
    h('div', { class: 'meta' }, h('span', { class: 'author' }), h('time', {})),
    h(
      'div',
      { class: 'bubble' },
      h('button', { type: 'button', class: 'quote', 'data-action': 'jump', tabindex: '-1', hidden: true }),
      h('div', { class: 'media', hidden: true }),
      h('span', { class: 'text', dir: 'auto' }),
      h('span', { class: 'marks' }),
      h('div', { class: 'tools', role: 'group', 'aria-label': 'Actions', 'aria-live': 'off' }),
    ),
    h('div', { class: 'reactions', 'aria-live': 'off' }),
    h('div', { class: 'delivery', 'aria-live': 'off' }),
  )
}

/** A picture, which a click shows in full; anything else is a link that saves it. */
function mediaItem({ id, url, thumbnailUrl, contentType, filename, byteSize, width, height }) {
  if (!contentType.startsWith('image/')) {
    return h('a', { href: url, download: filename, class: 'file' }, filename, h('small', {}, ` ${fileSize(byteSize)}`))
  }
  return h(
    'button',
    { type: 'button', class: 'picture', 'data-action': 'enlarge', 'data-media-id': id, tabindex: '-1' },
    h('img', { src: thumbnailUrl ?? url, alt: filename, width, height, loading: 'lazy' }),
  )
}

/** Pictures stay where they are the same ones: their URLs are signed anew each time, and loading them again would flicker. */
function showMedia(place, media) {
  const ids = media.map(({ id }) => id).join()
  if (place.dataset.ids === ids) return
  place.dataset.ids = ids
  place.hidden = media.length === 0
  place.replaceChildren(...media.map(mediaItem))
}

function showQuote(quote, replyTo, context) {
  quote.hidden = !replyTo
  if (!replyTo) return
  const original = context.messageOf(replyTo.id)
  const text = original ? summary(original) : replyTo.text || 'Message deleted'
  quote.replaceChildren(h('b', {}, userName(context.userOf(replyTo.userId))), h('span', {}, text))
  quote.setAttribute('aria-label', `In reply to ${userName(context.userOf(replyTo.userId))}: ${text}. Show it`)
}

function chip({ reaction, count, userIds }, isMine, context) {
  const names = userIds.map((id) => (id === context.myId ? 'you' : userName(context.userOf(id))))
  const others = count > names.length ? ` and ${count - names.length} more` : ''
  const who = names.join(', ') + others
  const attributes = {
    type: 'button',
    class: 'chip',
    title: who,
    'aria-label': `${reaction} from ${who}`,
    'aria-pressed': String(isMine),
  }
  return h(
    'button',
    { ...attributes, 'data-action': 'toggle', 'data-reaction': reaction, tabindex: '-1' },
    reaction,
    h('span', {}, String(count)),
  )
}

function toolsFor({ message, canReply, canEdit, canDelete }) {
  if (!message.id || message.kind === 'system' || message.deletedAt) return []
  return [
    tool('react', 'smile', 'React'),
    canReply && tool('reply', 'reply', 'Reply'),
    canEdit && tool('edit', 'edit', 'Edit'),
    canDelete && tool('delete', 'delete', 'Delete'),
  ].filter(Boolean)
}

function deliveryFor({ entry }) {
  if (!entry) return []
  if (!entry.problem) return [h('span', {}, 'Sending…')]
  const { detail, title } = entry.problem
  return [
    h('span', { class: 'failed' }, `Not sent: ${detail ?? title}`),
    h('button', { type: 'button', class: 'link retry', 'data-action': 'retry' }, 'Try again'),
    h('button', { type: 'button', class: 'link discard', 'data-action': 'discard' }, 'Discard'),
  ]
}

function classesOf({ message, entry, isMine, isContinued }) {
  const flags = {
    mine: isMine,
    continued: isContinued,
    system: message.kind === 'system',
    deleted: message.deletedAt,
    edited: message.editedAt,
    pending: entry && !entry.problem,
    failed: entry?.problem,
  }
  return Object.keys(flags).filter((name) => flags[name])
}

function identify(element, { message }) {
  const { id, seq } = message
  if (id) Object.assign(element.dataset, { id, seq })
}

/** Replaces children without losing the keyboard's place among them. */
function replaceButtons(parent, buttons) {
  const { action, reaction } = parent.contains(document.activeElement) ? document.activeElement.dataset : {}
  parent.replaceChildren(...buttons)
  if (!action) return
  const same = buttons.find((button) => button.dataset.action === action && button.dataset.reaction === reaction)
  const place = same ?? parent.closest('.message')
  place.focus({ preventScroll: true })
}

const shown = new WeakMap()

/** What is shown depends on this and nothing else, so a message that is the same is left alone. */
function signatureOf(item, context) {
  const { message, entry, isContinued, canReply, canEdit, canDelete } = item
  const original = message.replyTo && context.messageOf(message.replyTo.id)
  const names = [message.replyTo?.userId, ...message.reactions.flatMap(({ userIds }) => userIds)].map(
    (id) => context.userOf(id)?.name,
  )
  return JSON.stringify([
    [message.id, message.revision, message.myReactions, entry?.problem?.title, Boolean(entry)],
    [isContinued, canReply, canEdit, canDelete, original?.revision, names],
  ])
}

/** `item`: { message, entry (while it is on its way), isMine, isContinued, canReply, canEdit, canDelete }. */
export function updateMessage(element, item, context) {
  const signature = signatureOf(item, context)
  if (shown.get(element) === signature) return
  shown.set(element, signature)
  const { message, isMine } = item
  const part = (name) => element.querySelector(name)

  identify(element, item)
  element.className = ['message', ...classesOf(item)].join(' ')
  part('.message-avatar').replaceChildren(userAvatar(message.user))
  setText(part('.author'), isMine ? 'You' : message.user ? userName(message.user) : '')
  part('time').dateTime = message.createdAt
  part('time').title = fullTime(message.createdAt)
  setText(part('time'), clockTime(message.createdAt))
  showQuote(part('.quote'), message.replyTo, context)
  showMedia(part('.media'), message.media)
  setText(part('.text'), message.deletedAt ? 'Message deleted' : message.text)
  setText(part('.marks'), message.editedAt && !message.deletedAt ? 'edited' : '')
  const mine = message.myReactions ?? []
  replaceButtons(
    part('.reactions'),
    message.reactions.map((count) => chip(count, mine.includes(count.reaction), context)),
  )
  replaceButtons(part('.delivery'), deliveryFor(item))
  replaceButtons(part('.tools'), toolsFor(item))
}
