import { button, labelled, make, one } from './dom.js'
import { chatUrl, signedIn } from './session.js'

const mostFrames = 100

let socket: WebSocket | undefined
let isReady = false
let count = 0
/** What is to be sent once the server has said `ready`. */
const waiting: string[] = []

const log = make('ol', { class: 'frames', 'aria-live': 'polite', 'aria-label': 'Frames' })
const toggle = button('Connect', () => (socket ? socket.close() : void connect()))

export function showConsole(): void {
  const place = one('.console')
  if (!place) return
  const hint = 'Opens a socket as the user who is signed in. What it says stands here, the newest first.'
  place.append(make('p', {}, toggle, ' ', hint), log)
  place.hidden = false
}

/** Makes the form of a command, when somebody unfolds it. */
export function showSend(place: HTMLElement): void {
  const example = place.closest('.entry')?.querySelector('.example code')?.textContent ?? '{}'
  const area = make('textarea', { rows: '8', spellcheck: 'false' })
  area.value = example
  const form = make(
    'form',
    {},
    make('h4', {}, 'Try it'),
    labelled('Frame', area),
    make('button', { type: 'submit' }, 'Send'),
  )
  const answer = make('p', { class: 'hint', role: 'status' })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    try {
      const frame = JSON.parse(area.value)
      // The example's own id and clientId would be the same for each.
      count += 1
      if (frame.type !== 'hello') frame.id = String(count)
      if (frame.clientId) frame.clientId = `${Date.now()}-${count}`
      say(JSON.stringify(frame))
      answer.textContent = 'Sent. The answer stands above, where the commands begin.'
    } catch (error) {
      answer.textContent = String(error)
    }
  })
  place.append(form, answer)
  place.hidden = false
}

function say(text: string): void {
  if (socket && isReady) {
    socket.send(text)
    note('→', text)
  } else {
    waiting.push(text)
    if (!socket) void connect()
  }
}

async function connect(): Promise<void> {
  note('·', 'connecting')
  try {
    const { headers, credentials } = signedIn()
    const response = await fetch(`${chatUrl}/ws-ticket`, { method: 'POST', headers, credentials })
    if (!response.ok) return note('·', `no ticket: ${response.status} ${await response.text()}`)
    const { ticket } = await response.json()
    open(ticket)
  } catch (error) {
    note('·', String(error))
  }
}

function open(ticket: string): void {
  const opened = new WebSocket(`${chatUrl.replace(/^http/, 'ws')}/ws`, ['chat.v1', `ticket.${ticket}`])
  socket = opened
  toggle.textContent = 'Disconnect'
  opened.onopen = () => {
    opened.send('{"type":"hello"}')
    note('→', '{"type":"hello"}')
  }
  opened.onmessage = ({ data }) => {
    note('←', String(data))
    if (JSON.parse(data).type !== 'ready') return
    isReady = true
    for (const text of waiting.splice(0)) say(text)
  }
  opened.onclose = ({ code, reason }) => {
    note('·', `closed with ${code} ${reason}`)
    socket = undefined
    isReady = false
    toggle.textContent = 'Connect'
  }
}

function note(side: string, text: string): void {
  const shown = text.startsWith('{') ? JSON.stringify(JSON.parse(text), null, 2) : text
  const title = text.startsWith('{') ? `${side} ${JSON.parse(text).type}` : `${side} ${text}`
  const row = text.startsWith('{')
    ? make('details', { class: 'fold' }, make('summary', {}, title), make('pre', { tabindex: '0' }, shown))
    : title
  log.prepend(make('li', {}, row))
  while (log.childElementCount > mostFrames) log.lastElementChild?.remove()
}
