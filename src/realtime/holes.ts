/** What comes out of turn is waited for so long. */
const patienceMs = 250
/** A server that is silent for so many beats has gone. */
const mostSilentBeats = 3

interface Sender {
  /** All up to this number has come. */
  upTo: number
  /** What came before its turn. */
  beyond: Set<number>
  silentBeats: number
}

/**
 * Notices that something did not come which another server said: each numbers what it says, from 1 on, and says where it is
 * when it has nothing to say. While there is no hole, nothing was lost.
 */
export class Holes {
  readonly #senders = new Map<string, Sender>()
  #timer: NodeJS.Timeout | undefined

  /** `found` is called where something may have been lost: in a hole, or with a server that came or went. */
  constructor(readonly found: () => void) {}

  heard(node: string, number: number): void {
    const sender = this.#senders.get(node)
    if (!sender) {
      this.#senders.set(node, { upTo: number, beyond: new Set(), silentBeats: 0 })
      if (number > 1) this.found()
      return
    }
    sender.silentBeats = 0
    if (number <= sender.upTo) return
    sender.beyond.add(number)
    while (sender.beyond.delete(sender.upTo + 1)) sender.upTo += 1
    if (sender.beyond.size > 0) this.#timer ??= setTimeout(() => this.#look(), patienceMs).unref()
  }

  #look(): void {
    this.#timer = undefined
    let isFound = false
    for (const sender of this.#senders.values()) {
      if (sender.beyond.size === 0) continue
      sender.upTo = Math.max(...sender.beyond)
      sender.beyond.clear()
      isFound = true
    }
    if (isFound) this.found()
  }

  /** Called as often as each server says where it is. What one said last before it ended may never have come. */
  beat(): void {
    for (const [node, sender] of this.#senders) {
      sender.silentBeats += 1
      if (sender.silentBeats < mostSilentBeats) continue
      this.#senders.delete(node)
      this.found()
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
