import { isTransient } from './api.js'
import { pause } from './timing.js'

const pauseMs = 1500

/** `crypto.randomUUID` exists only on https and localhost, and demos are opened by IP address on a phone. */
function newClientId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Messages on their way. They stay, under the same `clientId`, until the server has answered for them: sending one again is
 * harmless. One at a time, so that what was written first is read first, however often the line breaks.
 */
export class Outbox {
  #entries = []
  #isDelivering = false
  #handlers

  /** `send(entry)` resolves with the message; `isLive()`; `onSent(message)`; `onChange()`. */
  constructor(handlers) {
    this.#handlers = handlers
  }

  inRoom(roomId) {
    return this.#entries.filter((entry) => entry.roomId === roomId)
  }

  add(roomId, text, replyTo, media) {
    this.#entries.push({
      clientId: newClientId(),
      roomId,
      text,
      replyTo,
      media,
      createdAt: new Date().toISOString(),
      problem: null,
    })
    this.#handlers.onChange()
    this.flush()
  }

  retry(clientId) {
    const entry = this.#find(clientId)
    if (!entry) return
    entry.problem = null
    this.#handlers.onChange()
    this.flush()
  }

  /** Takes a message out: it has arrived, or its writer gave it up. */
  remove(clientId) {
    this.#entries = this.#entries.filter((entry) => entry.clientId !== clientId)
    this.#handlers.onChange()
  }

  removeRoom(roomId) {
    this.#entries = this.#entries.filter((entry) => entry.roomId !== roomId)
  }

  async flush() {
    if (this.#isDelivering) return
    this.#isDelivering = true
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#deliver(entry)
    this.#isDelivering = false
  }

  #find(clientId) {
    return this.#entries.find((entry) => entry.clientId === clientId)
  }

  #next() {
    return this.#handlers.isLive() ? this.#entries.find((entry) => !entry.problem) : undefined
  }

  async #deliver(entry) {
    try {
      const message = await this.#handlers.send(entry)
      this.#handlers.onSent(message)
      this.remove(entry.clientId)
    } catch (error) {
      // Neither says anything about the message, so it waits: for the connection, or for better times.
      if (error.code === 'disconnected') return
      if (isTransient(error)) return pause(error.retryAfterMs ?? pauseMs)
      entry.problem = error.problem ?? { title: error.message }
      this.#handlers.onChange()
    }
  }
}
