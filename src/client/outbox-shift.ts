import type { Pending } from './state/state.js'

/** The pause after which something is tried again, unless the server says how long. */
export const retryMs = 1_500

/** The state of sending, from a sign-in to a sign-out. */
export interface Shift {
  /** What is being sent, by its id. */
  readonly underWay: Set<string>
  /** Rooms that pause. */
  readonly pausing: Set<string>
  /** How many messages are being sent; mutations do not count. */
  messages: number
  /** How many of what is being sent could be the reason if the connection ends now. */
  together: number
  /** Whether a suspect is being sent, which is sent alone. */
  isAlone: boolean
  /** How many `rate_limited` refusals are being waited out. */
  resting: number
  /** Whether the storage was read, so that the oldest message goes first. */
  isReady: boolean
}

export const startShift = (): Shift => ({
  ...{ underWay: new Set<string>(), pausing: new Set<string>(), messages: 0, together: 0 },
  ...{ isAlone: false, resting: 0, isReady: false },
})

/** Identifies a pending message or mutation. */
export const idOf = ({ roomId, clientId }: Pick<Pending, 'roomId' | 'clientId'>): string =>
  JSON.stringify([roomId, clientId])

/** The message that a mutation changes, by its id, where that is a pending one. */
const targetOf = ({ roomId, mutation }: Pending): string => idOf({ roomId, clientId: mutation?.messageId ?? '' })

/** Whether a pending mutation changes this pending message. */
export const isAbout = (entry: Pending, message: Pending): boolean => targetOf(entry) === idOf(message)

/**
 * What may be sent now. A message waits for everything before it in its room, and everything behind it waits for the message.
 * Mutations follow each other without waiting, because the socket keeps their order; the mutations of a failed message wait
 * for its author. A message whose files are under way holds up its own mutations and nothing else: they may take long.
 */
export function dueOf(entries: readonly Pending[], { underWay, pausing }: Shift): Pending[] {
  const begun = new Set<string>()
  const held = new Set(pausing)
  const apart = new Set<string>()
  return entries.filter((entry) => {
    const { roomId, mutation, strikes } = entry
    const isApart = entry.error || entry.sent || entry.files
    if (isApart && !mutation) apart.add(idOf(entry))
    if (isApart || (mutation && apart.has(targetOf(entry)))) return false
    const isFirst = !begun.has(roomId)
    const isHeld = held.has(roomId)
    const mayFollow = mutation && strikes === 0
    begun.add(roomId)
    if (!mayFollow) held.add(roomId)
    return !isHeld && (isFirst || mayFollow) && !underWay.has(idOf(entry))
  })
}
