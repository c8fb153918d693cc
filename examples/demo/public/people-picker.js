import { h, icon, reconcile } from './dom.js'
import { userAvatar, userName } from './format.js'

const debounceMs = 200
let pickers = 0

/** Finds people by name and collects them. `search(q)` resolves with users; `isOffered(user)` leaves some out. */
export function createPeoplePicker(place, { label, search, isOffered }) {
  const id = `people-picker-${++pickers}`
  const field = h('input', { id, type: 'search', autocomplete: 'off', placeholder: 'Search by name' })
  const chosenList = h('ul', { class: 'chosen', 'aria-label': 'Chosen' })
  const results = h('ul', { class: 'results', 'aria-label': 'Found' })
  const status = h('p', { class: 'hint', role: 'status' })
  place.replaceChildren(h('label', { for: id }, label), chosenList, field, results, status)

  let chosen = []
  let limit = Number.POSITIVE_INFINITY
  let timer
  let lastSearch = 0

  function showChosen() {
    chosenList.hidden = chosen.length === 0
    reconcile(chosenList, chosen, {
      key: (user) => user.id,
      create: (user) => {
        const remove = {
          type: 'button',
          class: 'quiet',
          'aria-label': `Remove ${userName(user)}`,
          onclick: () => drop(user),
        }
        return h(
          'li',
          { class: 'person' },
          userAvatar(user),
          h('span', {}, userName(user)),
          h('button', remove, icon('close')),
        )
      },
      update: () => {},
    })
  }

  function drop(user) {
    chosen = chosen.filter(({ id }) => id !== user.id)
    showChosen()
    field.focus()
  }

  function choose(user) {
    chosen = [...chosen.filter(({ id }) => id !== user.id), user].slice(-limit)
    field.value = ''
    showResults([])
    showChosen()
    field.focus()
  }

  function showResults(users, text = '') {
    status.textContent = text
    results.hidden = users.length === 0
    const row = (user) => {
      const about = user.id === userName(user) ? '' : user.id
      const button = h('button', { type: 'button', class: 'person', 'data-id': user.id, onclick: () => choose(user) })
      button.append(userAvatar(user), h('span', {}, userName(user)), h('small', {}, about))
      return h('li', {}, button)
    }
    results.replaceChildren(...users.map(row))
  }

  async function find() {
    const q = field.value.trim()
    const number = ++lastSearch
    if (!q) return showResults([])
    try {
      const users = (await search(q)).filter((user) => isOffered(user) && !chosen.some((other) => other.id === user.id))
      // Answers may overtake each other.
      if (number === lastSearch) showResults(users, users.length ? '' : 'Nobody found')
    } catch (error) {
      if (number === lastSearch) showResults([], error.message)
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(find, debounceMs)
  })
  field.addEventListener('keydown', (event) => {
    const first = results.querySelector('button')
    if (event.key === 'ArrowDown') first?.focus()
    if (event.key !== 'Enter') return
    event.preventDefault()
    first?.click()
  })
  results.addEventListener('keydown', (event) => {
    const buttons = [...results.querySelectorAll('button')]
    const at = buttons.indexOf(document.activeElement)
    if (event.key === 'ArrowDown') buttons[at + 1]?.focus()
    else if (event.key === 'ArrowUp') (buttons[at - 1] ?? field).focus()
    else return
    event.preventDefault()
  })
  showChosen()
  showResults([])

  return {
    get ids() {
      return chosen.map(({ id }) => id)
    },
    limitTo(count) {
      limit = count
      chosen = chosen.slice(-limit)
      showChosen()
    },
    clear() {
      chosen = []
      field.value = ''
      showChosen()
      showResults([])
    },
    focus: () => field.focus(),
  }
}
