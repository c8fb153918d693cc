import { disconnected, ProblemError } from './api.js'

const firstDelayMs = 300
const longestDelayMs = 5000
const patienceMs = 10_000
const longestAskedDelayMs = 60_000

const sessionIsOver = new Set([4401, 4403])
const serverRestarts = new Set([1001, 1012])

/** Half of the wait is chance: after a crash everybody comes back, but not in the same moment. */
function backOff(attempt) {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt)
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

function askedDelay({ code, reason }) {
  return serverRestarts.has(code) && /^\d+$/.test(reason) ? Math.min(Number(reason), longestAskedDelayMs) : undefined
}

/**
 * The socket that is always there: it connects, resumes and reconnects for ever, until the session itself is over.
 * States: connecting → live ⇄ reconnecting | offline; signed-out is the end.
 */
export class Connection {
  state = 'connecting'
  #handlers
  #socket = null
  #isTrying = false
  #failures = 0
  #liveSince = 0
  #retryTimer
  #readyTimer
  #heartbeatTimer
  #heartbeatMs = 25_000
  #commands = new Map()
  #lastCommand = 0

  /** `getTicket()` opens one socket; `getSeen()` tells the revisions for `hello`; `onFrame(frame)` and `onState(state)` listen. */
  constructor(handlers) {
    this.#handlers = handlers
  }

  get isLive() {
    return this.state === 'live'
  }

  start() {
    addEventListener('online', () => this.#wake())
    addEventListener('offline', () => this.#lose())
    addEventListener('pageshow', () => this.#wake())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#wake())
    this.#connect()
  }

  /** Resolves with the result, rejects with the problem, or with `disconnected` when nobody knows whether it was done. */
  command(type, fields) {
    if (!this.isLive) return Promise.reject(disconnected())
    return new Promise((resolve, reject) => {
      const id = String(++this.#lastCommand)
      // Every command is answered: silence means that the line is dead, though the browser has not noticed yet.
      const timer = setTimeout(() => this.#lose(), patienceMs)
      this.#commands.set(id, { resolve, reject, timer })
      this.#socket.send(JSON.stringify({ type, id, ...fields }))
    })
  }

  async #connect() {
    clearTimeout(this.#retryTimer)
    this.#isTrying = true
    try {
      const { ticket } = await this.#handlers.getTicket()
      if (this.state !== 'signed-out') this.#open(ticket)
    } catch (error) {
      this.#isTrying = false
      if (error.status === 401) this.#signOut()
      else this.#retry(error.retryAfterMs)
    }
  }

  #open(ticket) {
    const url = new URL('/chat/ws', location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    const socket = new WebSocket(url, ['chat.v1', `ticket.${ticket}`])
    this.#socket = socket
    this.#readyTimer = setTimeout(() => this.#lose(), patienceMs)
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', rooms: this.#handlers.getSeen() }))
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data))
    socket.onclose = (close) => this.#lose(close)
  }

  #receive(frame) {
    if (frame.type === 'ok' || frame.type === 'error') return this.#answer(frame)
    if (frame.type === 'welcome') this.#heartbeatMs = frame.heartbeatMs
    if (frame.type !== 'ready') return this.#handlers.onFrame(frame)
    clearTimeout(this.#readyTimer)
    this.#isTrying = false
    this.#liveSince = Date.now()
    this.#heartbeatTimer = setInterval(() => this.#probe(), this.#heartbeatMs)
    this.#setState('live')
  }

  #answer({ type, id, result, problem }) {
    const command = this.#commands.get(id)
    if (!command) return console.warn('The server answered', problem ?? result)
    this.#commands.delete(id)
    clearTimeout(command.timer)
    if (type === 'ok') command.resolve(result)
    else command.reject(new ProblemError(problem, problem.status === 429 ? 1000 : undefined))
  }

  /** The browser answers the server's pings without telling us, so we ask for something cheap to hear whether the line is alive. */
  #probe() {
    this.command('presence.watch', { userIds: [] }).catch(() => {})
  }

  #wake() {
    if (this.isLive) return this.#probe()
    if (this.#isTrying || this.state === 'signed-out') return
    this.#failures = 0
    this.#connect()
  }

  /** Does not wait for the close handshake, which takes its time when nobody is at the other end. */
  #lose(close = {}) {
    const socket = this.#socket
    if (!socket) return
    this.#socket = null
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    clearTimeout(this.#readyTimer)
    clearInterval(this.#heartbeatTimer)
    this.#isTrying = false
    // Only a connection that lasted proves that the trouble is over.
    if (this.isLive && Date.now() - this.#liveSince > longestDelayMs) this.#failures = 0
    if (sessionIsOver.has(close.code)) this.#signOut()
    else this.#retry(askedDelay(close))
    this.#abandonCommands()
  }

  #abandonCommands() {
    for (const { reject, timer } of this.#commands.values()) {
      clearTimeout(timer)
      reject(disconnected())
    }
    this.#commands.clear()
  }

  #retry(delayMs = backOff(this.#failures)) {
    this.#failures++
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs)
    const hasConnected = this.#liveSince > 0 || this.#failures > 1
    this.#setState(!navigator.onLine ? 'offline' : hasConnected ? 'reconnecting' : 'connecting')
  }

  #signOut() {
    clearTimeout(this.#retryTimer)
    this.#setState('signed-out')
  }

  /** For a 401 that came in answer to something else. */
  endSession() {
    if (this.state === 'signed-out') return
    this.#lose({ code: 4401 })
    this.#signOut()
  }

  #setState(state) {
    if (this.state === state) return
    this.state = state
    this.#handlers.onState(state)
  }
}
