import { ChatError } from '../contract/problems.js'
import { diagnosisOf } from '../store/diagnosis.js'
import { failureOf } from '../store/failures.js'
import { SetupError } from '../store/setup-error.js'
import { About, type Logger } from './logger.js'

/** What the caller is told of an error. What is nobody's business but the host's goes to the logger. */
export function refusalOf(error: unknown, logger: Logger, requestId?: string): ChatError {
  if (error instanceof ChatError) {
    if (error.code === 'unavailable' && error.cause) logger.warn(`express-chat: ${diagnosisOf(error.cause)}`, error)
    // Only the host can make room, and knows where by the cause.
    if (error.code === 'insufficient_storage') logger.error('express-chat: there is no room for a file', error.cause)
    return error
  }
  const failure = failureOf(error)
  if (failure === 'unavailable' || failure === 'retry') {
    logger.warn(`express-chat: ${diagnosisOf(error)}`, error)
    return new ChatError('unavailable', 'the database is not available', { retryAfter: 1, cause: error })
  }
  if (error instanceof SetupError) logSetup(error, logger)
  else {
    const detail = isObject(error) && repeated.has(error) ? String(error) : error
    if (requestId === undefined) logger.error('express-chat: a request failed', detail)
    else logger.error(`express-chat: a request failed (${requestId})`, detail, new About({ requestId }))
  }
  return new ChatError('internal', undefined, { cause: error })
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Errors of which the like was logged before, with its stack: a line is enough for these. */
const repeated = new WeakSet<object>()

export function markRepeated(error: unknown): void {
  if (isObject(error)) repeated.add(error)
}

const logged = new WeakSet<SetupError>()

/** What the start found wrong is said once, however many requests meet it. */
export function logSetup(error: SetupError, logger: Logger): void {
  if (logged.has(error)) return
  logged.add(error)
  logger.error(error.message, ...(error.cause ? [error.cause] : []))
}
