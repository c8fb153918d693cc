import { labelled, make, one } from './dom.js'

const { dataset } = document.currentScript as HTMLScriptElement
const source = (document.currentScript as HTMLScriptElement).src

/** Where the chat is, whatever a proxy has made of its path. */
export const chatUrl = source.replace(/\/docs\/page\.js.*$/, '')

// Nothing stores it: it is gone with the page.
let token = ''

/** How a request says who sends it: by the cookies of this site, or by what was pasted here, and then by nothing else. */
export const signedIn = (): { headers: Record<string, string>; credentials: RequestCredentials } =>
  token === ''
    ? { headers: {}, credentials: 'same-origin' }
    : { headers: { [dataset.header ?? '']: `${dataset.prefix ?? ''}${token}` }, credentials: 'omit' }

export function showSignIn(): void {
  const form = one<HTMLFormElement>('#sign-in')
  if (!form) return
  const field = make('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', placeholder: 'none' })
  field.addEventListener('input', () => {
    token = field.value.trim().replace(/^Bearer\s+/i, '')
  })
  form.addEventListener('submit', (event) => event.preventDefault())
  const name = dataset.header === 'Authorization' ? 'Bearer token' : (dataset.header ?? '')
  const hint =
    'What you try is done as the user whose token stands here, or else as the one whom the cookies of this site sign in. The token stays in this page, and is gone with it.'
  form.append(labelled(name, field), make('p', { class: 'hint' }, hint))
  form.hidden = false
}
