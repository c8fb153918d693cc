/** So many in so many seconds. */
export interface Rate {
  points: number
  seconds: number
}

/** Every bound of the library. None may be infinite: a limit that is not there is found by an attacker first. */
export interface Limits {
  /** Characters (Unicode code points) of a message. */
  textLength: number
  /** Characters of a room's name. */
  nameLength: number
  /** Characters of a room's or a profile's description. */
  descriptionLength: number
  /** Media a message carries. */
  mediaPerMessage: number
  /** Bytes of an uploaded file. */
  fileBytes: number
  /** Bytes of all files that one user keeps here. */
  userBytes: number
  /** Bytes of a frame from a client. */
  frameBytes: number
  /** Bytes of a JSON body. */
  bodyBytes: number
  /** Bytes of a reaction in UTF-8. */
  reactionBytes: number
  /** Different reactions to one message. */
  reactionsPerMessage: number
  groupMembers: number
  channelMembers: number
  /** People added to a room in one call. */
  addsPerCall: number
  socketsPerUser: number
  /** Bytes that wait for a reader who does not keep up; past them the socket is closed with 4413. */
  queuedBytes: number
  /** Requests and commands that are under way at once, those that wait for a database that hangs included; who comes then gets 503. */
  requestsAtOnce: number
  /** Ms after which a request or command that has no answer gets 503. Not for uploads and downloads. */
  answerMs: number
  /** Rates for each user; `frames` counts every frame of a socket, the others what they say over HTTP and socket together. */
  rates: { frames: Rate; sends: Rate; reactions: Rate; uploads: Rate; tickets: Rate }
}

export const defaultLimits: Limits = {
  textLength: 8000,
  nameLength: 100,
  descriptionLength: 1000,
  mediaPerMessage: 10,
  fileBytes: 25 * 1024 * 1024,
  userBytes: 1024 * 1024 * 1024,
  frameBytes: 64 * 1024,
  bodyBytes: 64 * 1024,
  reactionBytes: 64,
  reactionsPerMessage: 20,
  groupMembers: 1000,
  channelMembers: 100_000,
  addsPerCall: 50,
  socketsPerUser: 10,
  queuedBytes: 1024 * 1024,
  requestsAtOnce: 10_000,
  answerMs: 10_000,
  rates: {
    frames: { points: 60, seconds: 10 },
    sends: { points: 20, seconds: 10 },
    reactions: { points: 30, seconds: 10 },
    uploads: { points: 30, seconds: 3600 },
    tickets: { points: 30, seconds: 60 },
  },
}

/** What a host gives: some of the limits, the others keep their defaults. */
export type SomeLimits = Partial<Omit<Limits, 'rates'>> & { rates?: Partial<Limits['rates']> }

/** The limits in force. Throws on one that bounds nothing. */
export function limitsFrom({ rates, ...given }: SomeLimits = {}): Limits {
  const limits: Limits = { ...defaultLimits, ...given, rates: { ...defaultLimits.rates, ...rates } }
  const { rates: allRates, ...numbers } = limits
  for (const [name, value] of Object.entries(numbers)) check(name, value)
  for (const [name, rate] of Object.entries(allRates)) {
    check(`rates.${name}.points`, rate.points)
    check(`rates.${name}.seconds`, rate.seconds)
  }
  return limits
}

function check(name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && Number(value) > 0) return
  throw new TypeError(
    `express-chat: limits.${name} is ${String(value)}; give a whole number above 0, since every limit must bound something`,
  )
}
