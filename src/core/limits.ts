import { dataBytes } from '../contract/data.js'
import { longestList, longestPage } from '../contract/fields.js'
import type { Rate } from '../contract/frames.js'
import { type Check, type Checks, object, refuse } from './option-checks.js'

export type { Rate }

/** Every bound of the library. None may be infinite: a limit that is not there is found by an attacker first. */
export interface Limits {
  /**
   * Characters (Unicode code points) of a message.
   *
   * @default 8000
   */
  textLength: number
  /**
   * Characters of a room's name.
   *
   * @default 100
   */
  nameLength: number
  /**
   * Characters of a room's or a profile's description.
   *
   * @default 1000
   */
  descriptionLength: number
  /**
   * Media a message carries.
   *
   * @default 10
   */
  mediaPerMessage: number
  /**
   * Bytes of an uploaded file: no more than `userBytes`.
   *
   * @default 26214400
   */
  fileBytes: number
  /**
   * Bytes of all files that one user keeps here.
   *
   * @default 1073741824
   */
  userBytes: number
  /**
   * Bytes of all uploads that are under way at once on one server, in its temporary folder; a quarter of them at most are
   * one user's. Who comes then gets 503. Unless given, 1 GiB, or what four of the largest files take.
   *
   * @default 1073741824
   */
  temporaryBytes: number
  /**
   * Bytes of a frame from a client; a larger one is answered with `too_large`. Unless given, what the largest message may
   * take as JSON: 12 bytes a character, which is the worst escaping of one, and some for the rest; 128 KiB at least.
   *
   * @default 131072
   */
  frameBytes: number
  /**
   * Bytes of a JSON body. Unless given, it follows from the other limits as `frameBytes` does.
   *
   * @default 131072
   */
  bodyBytes: number
  /**
   * Bytes of a reaction in UTF-8.
   *
   * @default 64
   */
  reactionBytes: number
  /**
   * Different reactions to one message.
   *
   * @default 20
   */
  reactionsPerMessage: number
  /**
   * Different reactions of one user to one message, so that nobody takes all those that it can have: no more than `reactionsPerMessage`.
   *
   * @default 5
   */
  reactionsPerUserAndMessage: number
  /**
   * Versions of a message that are kept when it is edited: the first, and the last of the others.
   *
   * @default 100
   */
  editsPerMessage: number
  /**
   * Invite links that stand in a room.
   *
   * @default 50
   */
  invitesPerRoom: number
  /**
   * Those of one user: no more than `invitesPerRoom`. Not for your own code.
   *
   * @default 10
   */
  invitesPerUserAndRoom: number
  /**
   * Messages that are pinned in a room, 1 to 100.
   *
   * @default 50
   */
  pinsPerRoom: number
  /**
   * Messages of one user's that are to be sent later, in all rooms together, with those that could not be.
   *
   * @default 100
   */
  scheduledPerUser: number
  /**
   * Days that a message may be kept until it is sent.
   *
   * @default 30
   */
  scheduledDays: number
  /**
   * People in a group.
   *
   * @default 1000
   */
  groupMembers: number
  /**
   * People in a channel.
   *
   * @default 100000
   */
  channelMembers: number
  /**
   * People added to a room in one call: no more than `invitesPerDay`, nor than `rates.adds.points`.
   *
   * @default 50
   */
  addsPerCall: number
  /**
   * People whom one user blocks.
   *
   * @default 1000
   */
  blocksPerUser: number
  /**
   * Rooms that somebody is in: who is in so many makes and joins no more, and is added to none.
   *
   * @default 10000
   */
  roomsPerUser: number
  /**
   * People whom one user brings into rooms, those who come by links of theirs for the first time included, or starts private rooms with, in a
   * day. Counted as the rates are.
   *
   * @default 500
   */
  invitesPerDay: number
  /**
   * Sockets of a user on all servers together: the newest is let in, and another one closed with 4409. Those that have not
   * said hello yet are counted by each server.
   *
   * @default 10
   */
  socketsPerUser: number
  /**
   * Bytes that wait for a reader who does not keep up; past them the socket is closed with 4413.
   *
   * @default 1048576
   */
  queuedBytes: number
  /**
   * Requests and commands that are under way at once, those that wait for a database that hangs included; who comes then gets 503.
   *
   * @default 10000
   */
  requestsAtOnce: number
  /**
   * The same of one user, over HTTP and socket together: a share of `requestsAtOnce`, so that nobody takes the places of others.
   *
   * @default 100
   */
  requestsPerUser: number
  /**
   * Ms after which a request or command that has no answer gets 503. Not for uploads and downloads.
   *
   * @default 10000
   */
  answerMs: number
  /**
   * Rows that one search goes through at most, before it ends its page early with a cursor to go on with; half of them at
   * most of messages that are not in the index of the search yet. What costs less than looking at a row counts as less.
   *
   * @default 10000
   */
  searchRows: number
  /**
   * Minutes between two times that `isStillWelcome` is asked about somebody who is connected.
   *
   * @default 15
   */
  recheckMinutes: number
  /**
   * Rates for each user, over 24 days at most; `frames` counts every frame of a socket, the others what they say over HTTP
   * and socket together. `rooms` counts the rooms that they make, `adds` the people whom they bring into rooms, those of
   * a new one included, and the rooms that they join by links, `writes` whatever else changes something, and `reads` what they read over HTTP. A private room that
   * stands already, and a person who is in the room already, do not count for `rooms` and `adds`. A search of messages, of
   * people or of public rooms counts for `searches`, and so do a list of who has read a message or of
   * threads that somebody follows, and an invite link that is looked at or used.
   */
  rates: {
    /**
     * Every frame of a socket; who goes on past it is closed with 4429.
     *
     * @default { points: 60, seconds: 10 }
     */
    frames: Rate
    /**
     * Messages sent, edited and pinned.
     *
     * @default { points: 20, seconds: 10 }
     */
    sends: Rate
    /**
     * Reactions added and taken back.
     *
     * @default { points: 30, seconds: 10 }
     */
    reactions: Rate
    /**
     * Files uploaded.
     *
     * @default { points: 30, seconds: 3600 }
     */
    uploads: Rate
    /**
     * Tickets for a socket.
     *
     * @default { points: 30, seconds: 60 }
     */
    tickets: Rate
    /**
     * Messages reported.
     *
     * @default { points: 20, seconds: 3600 }
     */
    reports: Rate
    /**
     * Rooms made.
     *
     * @default { points: 30, seconds: 3600 }
     */
    rooms: Rate
    /**
     * People brought into rooms, those of a new one included.
     *
     * @default { points: 200, seconds: 3600 }
     */
    adds: Rate
    /**
     * Whatever else changes something.
     *
     * @default { points: 100, seconds: 10 }
     */
    writes: Rate
    /**
     * What is read over HTTP.
     *
     * @default { points: 600, seconds: 10 }
     */
    reads: Rate
    /**
     * Searches of messages, of people and of public rooms, lists of who has read a message, and invite links.
     *
     * @default { points: 30, seconds: 10 }
     */
    searches: Rate
  }
}

const kibibyte = 1024

/** What each limit is unless the host says otherwise. */
export const defaultLimits: Limits = {
  textLength: 8000,
  nameLength: 100,
  descriptionLength: 1000,
  mediaPerMessage: 10,
  fileBytes: 25 * 1024 * 1024,
  userBytes: 1024 * 1024 * 1024,
  temporaryBytes: 1024 * 1024 * 1024,
  frameBytes: 128 * kibibyte,
  bodyBytes: 128 * kibibyte,
  reactionBytes: 64,
  reactionsPerMessage: 20,
  reactionsPerUserAndMessage: 5,
  editsPerMessage: 100,
  invitesPerRoom: 50,
  invitesPerUserAndRoom: 10,
  pinsPerRoom: 50,
  scheduledPerUser: 100,
  scheduledDays: 30,
  groupMembers: 1000,
  channelMembers: 100_000,
  addsPerCall: 50,
  blocksPerUser: 1000,
  roomsPerUser: 10_000,
  invitesPerDay: 500,
  socketsPerUser: 10,
  queuedBytes: 1024 * 1024,
  requestsAtOnce: 10_000,
  requestsPerUser: 100,
  answerMs: 10_000,
  searchRows: 10_000,
  recheckMinutes: 15,
  rates: {
    frames: { points: 60, seconds: 10 },
    sends: { points: 20, seconds: 10 },
    reactions: { points: 30, seconds: 10 },
    uploads: { points: 30, seconds: 3600 },
    tickets: { points: 30, seconds: 60 },
    reports: { points: 20, seconds: 3600 },
    rooms: { points: 30, seconds: 3600 },
    adds: { points: 200, seconds: 3600 },
    writes: { points: 100, seconds: 10 },
    reads: { points: 600, seconds: 10 },
    searches: { points: 30, seconds: 10 },
  },
}

/** What a host gives: some of the limits, the others keep their defaults. */
export type LimitOptions = Partial<Omit<Limits, 'rates'>> & {
  /** Some of the rates, each as a whole. */
  rates?: Partial<Limits['rates']>
}

const bound: Check = (value, name) => {
  if (Number.isSafeInteger(value) && Number(value) > 0) return
  refuse(name, value, 'give a whole number above 0, since every limit must bound something')
}
/** A timer counts no longer: it would end at once, and the rate bound nothing. */
const longestSeconds = Math.floor((2 ** 31 - 1) / 1000)
const seconds: Check = (value, name) => {
  bound(value, name)
  if (Number(value) > longestSeconds) refuse(name, value, `give ${longestSeconds} at most, which is 24 days`)
}
const rate = object<Rate>({ points: bound, seconds }, { required: ['points', 'seconds'] })

const checksLike = <Keys extends object>(keys: Keys, check: Check) =>
  Object.fromEntries(Object.keys(keys).map((key) => [key, check])) as Checks<Keys>

/** Of what clients give in a list, which is never longer. */
const inList: Check = (value, name) => {
  bound(value, name)
  if (Number(value) > longestList)
    refuse(name, value, `give ${longestList} at most, as no list of a client's is longer`)
}

/** Of what clients read in one page. */
const onPage: Check = (value, name) => {
  bound(value, name)
  if (Number(value) > longestPage) refuse(name, value, `give ${longestPage} at most, which is what a page holds`)
}

export const checkLimits = object<Limits>({
  ...checksLike(defaultLimits, bound),
  addsPerCall: inList,
  mediaPerMessage: inList,
  pinsPerRoom: onPage,
  rates: object(checksLike(defaultLimits.rates, rate)),
})

const given = <Values extends object>(values: Values): Partial<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>

/** The limits in force. Throws where some that are given cannot be met together. */
export function limitsFrom({ rates = {}, ...some }: LimitOptions = {}): Limits {
  const asked: Limits = { ...defaultLimits, ...given(some), rates: { ...defaultLimits.rates, ...given(rates) } }
  const limits = { ...asked }
  // Where there are few places, a share is a part of them.
  if (some.requestsPerUser === undefined) {
    limits.requestsPerUser = Math.min(asked.requestsPerUser, Math.ceil(asked.requestsAtOnce / 4))
  }
  for (const [name, other, most, reason] of mostOf(asked)) {
    if (limits[name] <= most) continue
    if (some[name] !== undefined) throw new TypeError(tooLarge(name, limits[name], other, most, reason))
    limits[name] = most
  }
  for (const [name, least, reason] of leastOf(limits)) {
    if (some[name] === undefined) limits[name] = Math.max(asked[name], least)
    else if (asked[name] < least) throw new TypeError(tooSmall(name, asked[name], least, reason))
  }
  return limits
}

/** The worst that JSON makes of a code point: an escaped pair of surrogates. What the server writes escapes only controls. */
const [escapedBytes, writtenBytes] = [12, 6]
/** The worst that clients make of `data`: each character beyond ASCII escaped. */
const escapedDataBytes = 3 * dataBytes
/** An id of ours in a list of JSON; one of the host's may be longer. */
const [idBytes, userIdBytes] = [40, 200]
/** What else is in a frame or a body: people who are mentioned or watched, rooms that are named. */
const restBytes = 16 * kibibyte

type BytesLimit = 'frameBytes' | 'bodyBytes' | 'queuedBytes' | 'temporaryBytes'

/** The bytes that others of the limits ask for; said by the names of those. */
function* leastOf(limits: Limits): Generator<[BytesLimit, number, string]> {
  const { textLength, nameLength, descriptionLength, mediaPerMessage, reactionBytes, reactionsPerMessage } = limits
  const message = textLength * escapedBytes + mediaPerMessage * idBytes + escapedDataBytes + restBytes
  const ofMessage = 'a message (limits.textLength, limits.mediaPerMessage) may take as JSON'
  yield ['frameBytes', message, ofMessage]
  const words = (nameLength + descriptionLength) * escapedBytes
  const room = words + limits.addsPerCall * userIdBytes + escapedDataBytes + restBytes
  if (room > message) {
    const ofRoom = 'a new room (limits.addsPerCall, limits.nameLength, limits.descriptionLength) may take as JSON'
    yield ['bodyBytes', room, ofRoom]
  } else yield ['bodyBytes', message, ofMessage]
  const shown = textLength * writtenBytes + mediaPerMessage * 1.5 * kibibyte + dataBytes
  const event = shown + reactionsPerMessage * (reactionBytes * 2 + kibibyte) + 8 * kibibyte
  const ofEvents =
    'two messages (limits.textLength, limits.mediaPerMessage, limits.reactionsPerMessage, limits.reactionBytes) may take'
  yield ['queuedBytes', event * 2, ofEvents]
  yield ['temporaryBytes', limits.fileBytes * 4, 'four files (limits.fileBytes) may take']
}

type Bounded =
  | ('addsPerCall' | 'fileBytes' | 'requestsPerUser')
  | ('reactionsPerUserAndMessage' | 'invitesPerUserAndRoom')

/** What one of the limits may be at most, by another one of them, and what would be where it were more. */
function mostOf(limits: Limits): [name: Bounded, other: string, most: number, reason: string][] {
  const { invitesPerDay, rates, userBytes, requestsAtOnce, reactionsPerMessage, invitesPerRoom } = limits
  return [
    ['addsPerCall', 'invitesPerDay', invitesPerDay, 'nobody could add so many'],
    ['addsPerCall', 'rates.adds.points', rates.adds.points, 'nobody could add so many'],
    ['fileBytes', 'userBytes', userBytes, 'nobody could keep such a file'],
    ['requestsPerUser', 'requestsAtOnce', requestsAtOnce, 'one user could take the places of all'],
    ['reactionsPerUserAndMessage', 'reactionsPerMessage', reactionsPerMessage, 'it would bound nothing'],
    ['invitesPerUserAndRoom', 'invitesPerRoom', invitesPerRoom, 'it would bound nothing'],
  ]
}

const tooLarge = (name: string, value: number, other: string, most: number, reason: string): string =>
  `express-chat: limits.${name} is ${value}, more than limits.${other} (${most}), so ${reason}; leave it out, give ${most} or less, or ${value} or more ${other}`

const tooSmall = (name: string, value: number, least: number, reason: string): string =>
  `express-chat: limits.${name} is ${value}, less than ${reason}; leave it out, give ${least} or more, or lower those`
