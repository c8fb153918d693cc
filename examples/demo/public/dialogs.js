import { byId, h } from './dom.js'
import { plural, roomAvatar, typeNames, userAvatar, userName } from './format.js'
import { createPeoplePicker } from './people-picker.js'
import { explain } from './toast.js'

/** A form in a dialog: stays open, and says why, until its work is done. */
function onSubmit(dialog, work) {
  const form = dialog.querySelector('form')
  const error = dialog.querySelector('.form-error')
  const submit = form.querySelector('[type=submit]')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    submit.disabled = true
    error.textContent = ''
    try {
      await work()
      dialog.close()
    } catch (problem) {
      error.textContent = explain(problem)
    } finally {
      submit.disabled = false
    }
  })
}

export function wireCloseButtons() {
  for (const button of document.querySelectorAll('dialog [data-close]')) {
    button.addEventListener('click', () => button.closest('dialog').close())
  }
}

/** Resolves with true if the answer is yes. */
export function confirm(question, yes) {
  const dialog = byId('confirm-dialog')
  byId('confirm-question').textContent = question
  byId('confirm-yes').textContent = yes
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

export function createNewRoomDialog({ api, store, onCreated }) {
  const dialog = byId('new-room-dialog')
  const form = dialog.querySelector('form')
  const { type, name, isPublic } = form.elements
  const search = async (q) => (await api.searchUsers(q)).items
  const people = createPeoplePicker(byId('new-room-people'), {
    label: 'People',
    search,
    isOffered: ({ id }) => id !== store.me.id,
  })

  function adapt() {
    const isPrivate = type.value === 'private'
    byId('new-room-public').hidden = isPrivate
    byId('new-room-name').hidden = isPrivate
    name.required = !isPrivate
    people.limitTo(isPrivate ? 1 : Number.POSITIVE_INFINITY)
  }

  async function create() {
    const isPrivate = type.value === 'private'
    if (isPrivate && people.ids.length === 0) throw new Error('Choose the person to write to')
    const about = isPrivate ? {} : { name: name.value.trim(), isPublic: isPublic.checked }
    onCreated(await api.createRoom({ type: type.value, ...about, userIds: people.ids }))
  }

  form.addEventListener('change', adapt)
  onSubmit(dialog, create)
  return () => {
    form.reset()
    people.clear()
    adapt()
    dialog.querySelector('.form-error').textContent = ''
    dialog.showModal()
  }
}

export function createAddPeopleDialog({ api }) {
  const dialog = byId('add-people-dialog')
  const search = async (q) => (await api.searchUsers(q)).items
  let conversation = null
  const isOffered = ({ id }) => !conversation.members.has(id)
  const people = createPeoplePicker(byId('add-people-people'), { label: 'People', search, isOffered })

  onSubmit(dialog, async () => {
    if (people.ids.length === 0) throw new Error('Choose somebody first')
    for (const id of people.ids) await api.addMember(conversation.id, id)
  })
  return (opened) => {
    conversation = opened
    people.clear()
    dialog.querySelector('.form-error').textContent = ''
    dialog.showModal()
    people.focus()
  }
}

export function createMembersDialog({ store, onMore }) {
  const dialog = byId('members-dialog')
  const list = byId('members-list')
  const more = byId('members-more')
  let conversation = null

  function row({ user, role }) {
    const name = user.id === store.me.id ? `${userName(user)} (you)` : userName(user)
    return h(
      'li',
      { class: 'person' },
      userAvatar(user),
      h('span', {}, name),
      role === 'member' ? null : h('span', { class: 'tag' }, role),
    )
  }

  function render() {
    if (!dialog.open) return
    const members = [...conversation.members.values()].sort((one, other) =>
      userName(one.user).localeCompare(userName(other.user)),
    )
    byId('members-title').textContent = plural(conversation.room.memberCount, 'member')
    list.replaceChildren(...members.map(row))
    more.hidden = !conversation.membersCursor
  }

  more.addEventListener('click', () => onMore(conversation))
  return {
    render,
    open(opened) {
      conversation = opened
      dialog.showModal()
      render()
    },
  }
}

export function createDiscoverDialog({ api, store, onJoin, onOpen }) {
  const dialog = byId('discover-dialog')
  const list = byId('discover-list')
  const field = byId('discover-search')
  const status = byId('discover-status')
  let lastSearch = 0
  let timer

  function row(room) {
    const isMine = store.get(room.id)?.isMine
    const act = async () => {
      if (isMine) onOpen(room.id)
      else await onJoin(room.id)
      dialog.close()
    }
    const about = [typeNames[room.type], plural(room.memberCount, 'member'), room.description]
      .filter(Boolean)
      .join(' · ')
    const label = `${isMine ? 'Open' : 'Join'} ${room.name}`
    return h(
      'li',
      { class: 'found-room', 'data-id': room.id },
      roomAvatar(room),
      h('div', {}, h('b', {}, room.name), h('small', {}, about)),
      h(
        'button',
        { type: 'button', class: isMine ? '' : 'primary', 'aria-label': label, onclick: act },
        isMine ? 'Open' : 'Join',
      ),
    )
  }

  async function find() {
    const number = ++lastSearch
    try {
      const { items } = await api.publicRooms(field.value.trim())
      if (number !== lastSearch) return
      list.replaceChildren(...items.map(row))
      status.textContent = items.length ? '' : 'There are no public rooms like that'
    } catch (problem) {
      if (number === lastSearch) status.textContent = explain(problem)
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(find, 200)
  })
  return () => {
    field.value = ''
    list.replaceChildren()
    dialog.showModal()
    find()
  }
}
