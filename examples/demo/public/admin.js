import { adminApi, chatUrl, signIn } from './api.js'
import { byId, h } from './dom.js'
import { dayName, fullTime, typeNames } from './format.js'
import { explain } from './toast.js'

const given = new URLSearchParams(location.search).get('token')

if (given) showAdmin(given)
else showSignIn()

/** Calls `work` when the form is sent and shows beside it why it failed. */
function onSubmit(form, work) {
  const error = form.querySelector('.form-error')
  const button = form.querySelector('button')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.textContent = ''
    button.disabled = true
    try {
      await work(form.elements)
    } catch (problem) {
      error.textContent = explain(problem)
    } finally {
      button.disabled = false
    }
  })
}

function showSignIn() {
  byId('sign-in-card').hidden = false
  onSubmit(byId('sign-in'), async ({ username, password }) => {
    const { token } = await signIn(username.value.trim(), password.value)
    location.assign(`/admin?${new URLSearchParams({ token })}`)
  })
}

function roomRow(room, token) {
  const name = room.name ?? 'Private chat'
  const link = { href: chatUrl(token, room.id), 'aria-label': `Open ${name}` }
  return h(
    'tr',
    { 'data-id': room.id },
    h('th', { scope: 'row' }, name),
    h('td', {}, typeNames[room.type]),
    h('td', {}, room.isPublic ? 'yes' : 'no'),
    h('td', { class: 'number' }, room.memberCount.toLocaleString()),
    h('td', { class: 'number' }, room.lastMessageSeq.toLocaleString()),
    h('td', {}, h('time', { datetime: room.createdAt, title: fullTime(room.createdAt) }, dayName(room.createdAt))),
    h('td', {}, h('a', link, 'Open')),
  )
}

function showAdmin(token) {
  const api = adminApi(token)
  const form = byId('create-room')

  let cursor = null

  async function load(after) {
    byId('admin-error').textContent = ''
    try {
      const { items, nextCursor = null } = await api.rooms(after)
      if (!after) byId('admin-rooms').replaceChildren()
      byId('admin-rooms').append(...items.map((room) => roomRow(room, token)))
      byId('admin-empty').hidden = byId('admin-rooms').childElementCount > 0
      byId('admin-more').hidden = !nextCursor
      cursor = nextCursor
    } catch (problem) {
      byId('admin-error').textContent = explain(problem)
    }
  }

  onSubmit(form, async ({ type, name, isPublic, userIds }) => {
    const ids = userIds.value.split(',').map((id) => id.trim())
    await api.createRoom({
      type: type.value,
      name: name.value,
      isPublic: isPublic.checked,
      userIds: ids.filter(Boolean),
    })
    form.reset()
    await load()
  })
  byId('refresh').addEventListener('click', () => load())
  byId('admin-more').addEventListener('click', () => load(cursor))
  byId('admin').hidden = false
  load()
}
