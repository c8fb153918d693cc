import { byId, h, icon } from './dom.js'

const lifetimeMs = 7000

export function toast(text) {
  const close = () => element.remove()
  const element = h(
    'div',
    { class: 'toast', role: 'alert' },
    h('span', {}, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Dismiss', onclick: close }, icon('close')),
  )
  byId('toasts').append(element)
  setTimeout(close, lifetimeMs)
}

/** What a problem says to people. `errors` names fields, which only its reader knows by these names, so they come last. */
export function explain(error) {
  const { title = error.message, detail, errors = [] } = error.problem ?? {}
  const parts = errors.filter((part) => !detail?.includes(part.detail)).map((part) => `${part.pointer} ${part.detail}`)
  return [detail ? `${title}: ${detail}` : title, ...parts].join('. ')
}

/** Runs what a click asked for and shows why it failed, if it does. */
export async function attempt(work) {
  try {
    return await work()
  } catch (error) {
    if (!error.problem) console.error(error)
    toast(explain(error))
    return undefined
  }
}
