import type { WelcomeLimits } from '../contract/frames.js'
import { ChatClientError } from './api/errors.js'
import { bytesOf, dataBytes, envelopeBytes } from './frame-size.js'

/** A refusal as the server would word it. */
export function refusal(pointer: string, detail: string): ChatClientError {
  const errors = [{ pointer, detail }]
  return new ChatClientError('too_large', {
    problem: {
      ...{ type: 'urn:express-chat:problem:too_large', title: 'Too large', status: 413, code: 'too_large' },
      ...{ detail, errors, requestId: '' },
    },
  })
}

/** Why the server would refuse a command that carries a message, where that is known before it is sent. */
export function tooLarge(
  limits: WelcomeLimits | undefined,
  command: {
    text?: string | undefined
    mediaIds?: readonly string[] | undefined
    data?: object | null | undefined
    roomId: string
  },
): ChatClientError | undefined {
  if (!limits) return undefined
  const { textLength, mediaPerMessage, frameBytes } = limits
  const { text = '', mediaIds = [], data } = command
  const { length } = [...text]
  if (length > textLength) return refusal('/text', `has ${length} characters; the limit is ${textLength}`)
  if (mediaIds.length > mediaPerMessage) {
    return refusal('/mediaIds', `a message carries ${mediaPerMessage} media at most`)
  }
  const ofData = data ? bytesOf(JSON.stringify(data)) : 0
  if (ofData > dataBytes) return refusal('/data', `has ${ofData} bytes; the limit is ${dataBytes}`)
  const bytes = bytesOf(JSON.stringify(command)) + envelopeBytes
  return bytes > frameBytes ? refusal('', `has ${bytes} bytes; the limit is ${frameBytes}`) : undefined
}
