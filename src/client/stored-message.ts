import type { JsonObject } from '../contract/data.js'
import type { Media } from '../contract/media.js'
import type { Forward, ForwardedFrom, ReplyTo, SaidAs } from '../contract/messages.js'
import type { Problem } from '../contract/problems.js'
import { ChatClientError, type ChatClientErrorCode } from './api/errors.js'
import type { PendingMutation } from './state/room-entry.js'
import type { Pending } from './state/state.js'

/** Far below where whole numbers end: there is always a next one. */
const highestOrder = 2 ** 52

type Json = Record<string, unknown>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null
const haveText = (value: Json, ...names: string[]): boolean => names.every((name) => typeof value[name] === 'string')
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= highestOrder

const isMedia = (value: unknown): value is Media =>
  isJson(value) && haveText(value, 'id', 'filename', 'contentType', 'url') && isCount(value.byteSize)

const isNothing = (value: unknown): value is null | undefined => (value ?? null) === null

const isData = (value: unknown): value is JsonObject => isJson(value) && !Array.isArray(value)

const isSaidAs = (value: unknown): value is SaidAs =>
  isJson(value) && haveText(value, 'name') && /^(string|object)$/.test(typeof value.avatarUrl)
const isIdOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'

const isReply = (value: unknown): value is ReplyTo =>
  isJson(value) &&
  haveText(value, 'id', 'text') &&
  isCount(value.seq) &&
  isIdOrNull(value.userId) &&
  isIdOrNull(value.threadId ?? null) &&
  isIdOrNull(value.userName ?? null) &&
  (isNothing(value.firstMedia) || isMedia(value.firstMedia)) &&
  (isNothing(value.as) || isSaidAs(value.as))

const isForward = (value: unknown): value is Forward => isJson(value) && haveText(value, 'roomId', 'messageId')
const isForwardedFrom = (value: unknown): value is ForwardedFrom =>
  isJson(value) &&
  haveText(value, 'createdAt') &&
  [value.roomId, value.messageId, value.userId, value.name].every(isIdOrNull)

const isNone = (value: unknown, isIt: (value: unknown) => boolean): boolean => isNothing(value) || isIt(value)
const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string')

const isMutation = (value: unknown): value is PendingMutation =>
  isJson(value) &&
  haveText(value, 'messageId', 'at') &&
  (value.type === 'message.delete' ||
    (/^reaction\.(add|remove)$/.test(`${value.type}`) && haveText(value, 'reaction')) ||
    (value.type === 'message.edit' &&
      isIdOrNull(value.text ?? null) &&
      isNone(value.mentions, areTexts) &&
      /^(undefined|boolean)$/.test(typeof value.mentionsEveryone) &&
      isNone(value.data, isData)))

const isPart = (value: unknown): boolean => isJson(value) && haveText(value, 'pointer', 'detail')

const isProblem = (value: unknown): value is Problem =>
  isJson(value) &&
  haveText(value, 'code', 'title') &&
  (value.errors === undefined || (Array.isArray(value.errors) && value.errors.every(isPart)))

/** The reason why it failed. One that cannot be read is no reason to send it again unasked. */
function errorOf(stored: unknown): ChatClientError | null {
  if (!stored) return null
  const { code, problem, closeCode } = stored as Json
  return new ChatClientError(typeof code === 'string' ? (code as ChatClientErrorCode) : 'aborted', {
    problem: isProblem(problem) ? problem : undefined,
    closeCode: isCount(closeCode) ? closeCode : undefined,
  })
}

/**
 * A message out of what was stored; undefined where that is none. Whatever may stand there, an older version's or a
 * stranger's, comes out whole or not at all, since a page shows it as it is.
 */
export function readStored(text: string): Pending | undefined {
  try {
    const stored = JSON.parse(text) as Json
    const { clientId, roomId, text: words, media = [], replyTo = null, mentions = [], error } = stored
    const { createdAt, order, strikes, data, threadId = null, alsoInRoom = false } = stored
    if (!haveText(stored, 'clientId', 'roomId', 'text') || !clientId || !roomId) return undefined
    if (!Array.isArray(media) || !media.every(isMedia)) return undefined
    if (!areTexts(mentions)) return undefined
    if (!isNone(stored.mutation, isMutation)) return undefined
    if (replyTo !== null && !isReply(replyTo)) return undefined
    if (!isNothing(data) && !isData(data)) return undefined
    if (!isIdOrNull(threadId) || typeof alsoInRoom !== 'boolean') return undefined
    if (!isNothing(stored.forward) && !(isForward(stored.forward) && isForwardedFrom(stored.forwardedFrom)))
      return undefined
    // Of an upload that was under way nothing is left.
    const files = isNothing(stored.files) ? [] : [stored.files].flat()
    const known = files.filter(isMedia)
    const isLost = known.length < files.length
    const writtenAt = Date.parse(createdAt as string)
    return {
      ...{ clientId: clientId as string, roomId: roomId as string, text: words as string },
      ...{
        ...{ threadId, alsoInRoom, media: [...media, ...known], mentions },
        mentionsEveryone: stored.mentionsEveryone === true,
        data: isData(data) ? data : null,
        forward: isForward(stored.forward) ? stored.forward : null,
        forwardedFrom: isForwardedFrom(stored.forwardedFrom) ? stored.forwardedFrom : null,
        mutation: isMutation(stored.mutation) ? stored.mutation : undefined,
        error: isLost ? new ChatClientError('file_lost') : errorOf(error),
        strikes: isCount(strikes) ? strikes : 0,
      },
      // An older version kept no name, and knew no threads.
      replyTo: replyTo && {
        ...replyTo,
        ...{ as: replyTo.as ?? null, threadId: replyTo.threadId ?? null },
        ...{ userName: replyTo.userName ?? null, firstMedia: replyTo.firstMedia ?? null },
      },
      createdAt: new Date(writtenAt || 0).toISOString(),
      // An older version went by the clock alone.
      order: isCount(order) ? order : Math.max(0, writtenAt || 0),
    }
  } catch {
    return undefined
  }
}
