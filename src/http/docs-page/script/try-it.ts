import { all, button, labelled, make } from './dom.js'
import { chatUrl, signedIn } from './session.js'

/** What was written into a field stands in all others of its name: the id of a room is needed again and again. */
const written = new Map<string, string>()
const mostShown = 200_000

/** Makes the form of an operation, when somebody unfolds it. */
export function showTryIt(place: HTMLElement): void {
  const entry = place.closest('.entry') as HTMLElement
  const { method = 'GET', path = '', body: bodyType = '' } = place.dataset
  const form = make('form', {})
  const output = make('div', { class: 'answer', role: 'status', 'aria-live': 'polite' })
  const fields = all('.parameters > li', entry).map((row) => fieldOf(row))
  const body = bodyOf(bodyType, entry)
  form.append(
    make('h4', {}, 'Try it'),
    ...fields.map(({ label, input }) => labelled(label, input)),
    ...(body ? [labelled(bodyType === 'application/json' ? 'Body' : 'File', body)] : []),
    make('button', { type: 'submit', class: method === 'DELETE' ? 'destructive' : '' }, `Send ${method}`),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (
      method === 'DELETE' &&
      !confirm(`${method} ${path}\nThis deletes something, as the user who is signed in. Go on?`)
    )
      return
    for (const { name, input } of fields) if (input.value !== '') written.set(name, input.value)
    void send(requestOf(method, path, fields, body), output)
  })
  place.append(form, output)
  place.hidden = false
}

interface Field {
  name: string
  place: string
  label: string
  input: HTMLInputElement
}

function fieldOf({ dataset }: HTMLElement): Field {
  const { name = '', in: place = '', example = '' } = dataset
  const input = make('input', { placeholder: example, autocomplete: 'off', spellcheck: 'false' })
  input.required = place === 'path'
  input.value = written.get(name) ?? (example === 'me' ? example : '')
  input.addEventListener('focus', () => {
    if (input.value === '') input.value = written.get(name) ?? ''
  })
  return { name, place, label: name, input }
}

type BodyField = HTMLTextAreaElement | HTMLInputElement

function bodyOf(type: string, entry: HTMLElement): BodyField | undefined {
  if (type === '') return undefined
  if (type !== 'application/json') return make('input', { type: 'file', required: '' })
  const text = entry.querySelector('.example code')?.textContent ?? '{}'
  // Else what is tried a second time would be the same message once more.
  const area = make('textarea', { rows: '8', spellcheck: 'false' })
  area.value = text.replace(/"clientId": "[^"]*"/, () => `"clientId": "${newId()}"`)
  return area
}

/** `crypto.randomUUID` is there over HTTPS and on localhost alone. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function requestOf(
  method: string,
  path: string,
  fields: readonly Field[],
  body: BodyField | undefined,
): () => Promise<Response> {
  const { headers, credentials } = signedIn()
  const query = new URLSearchParams()
  let filled = path
  for (const { name, place, input } of fields) {
    if (place === 'path') filled = filled.replace(`{${name}}`, () => encodeURIComponent(input.value))
    else if (input.value !== '' && place === 'query') query.set(name, input.value)
    else if (input.value !== '') headers[name] = input.value
  }
  const url = `${chatUrl}${filled}${query.size > 0 ? `?${query}` : ''}`
  const init: RequestInit = { method, headers, credentials, redirect: 'manual' }
  if (body instanceof HTMLTextAreaElement) {
    headers['Content-Type'] = 'application/json'
    init.body = body.value
  } else if (body?.files?.[0]) {
    init.body = new FormData()
    init.body.append('file', body.files[0])
  }
  return () => fetch(url, init)
}

async function send(request: () => Promise<Response>, output: HTMLElement): Promise<void> {
  output.replaceChildren('…')
  const began = performance.now()
  try {
    const response = await request()
    const text = await textOf(response)
    const took = `${Math.round(performance.now() - began)} ms`
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
    output.replaceChildren(
      make('p', { class: response.ok ? 'status fine' : 'status' }, `${statusOf(response)} · ${took}`),
      make('details', { class: 'fold' }, make('summary', {}, 'Headers'), make('pre', { tabindex: '0' }, headers)),
      make('pre', { class: 'text', tabindex: '0' }, text),
      button('Clear', () => output.replaceChildren()),
    )
  } catch (error) {
    output.replaceChildren(make('p', { class: 'status' }, `There was no answer: ${error}`))
  }
}

const statusOf = ({ type, status, statusText }: Response): string =>
  type === 'opaqueredirect' ? 'A redirect, which leads out of this page' : `${status} ${statusText}`

async function textOf(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  if (!/json|^text\//.test(type)) {
    const { size } = await response.blob()
    return size === 0 ? '(no body)' : `${size} bytes of ${type}`
  }
  const text = await response.text()
  const shown = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text
  return shown.length > mostShown
    ? `${shown.slice(0, mostShown)}\n… ${shown.length - mostShown} characters more`
    : shown
}
