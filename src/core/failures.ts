import { ChatError } from '../contract/problems.js'
import { failureOf } from '../store/failures.js'
import type { Logger } from './logger.js'

/** What the caller is told of an error. What is nobody's business but the host's goes to the logger. */
export function refusalOf(error: unknown, logger: Logger, requestId?: string): ChatError {
  if (error instanceof ChatError) return error
  const failure = failureOf(error)
  if (failure === 'unavailable' || failure === 'retry') {
    logger.warn('express-chat: the database is not available', error)
    return new ChatError('unavailable', 'the database is not available', { retryAfter: 1, cause: error })
  }
  logger.error(`express-chat: a request failed${requestId === undefined ? '' : ` (${requestId})`}`, error)
  return new ChatError('internal', undefined, { cause: error })
}
