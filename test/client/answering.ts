import type { ChatClientError, ChatClientOptions } from 'express-chat/client'
import { expect } from 'vitest'
import { givenWire, pass, type WireRequest } from './wire.js'

export type Answer = Parameters<WireRequest['answer']>

/** A client that is not connected, each of whose requests waits for the test to answer it. */
export function given(options: Partial<ChatClientOptions> = {}) {
  const wire = givenWire()
  const client = wire.client(options)
  wire.hold(/./)
  let answered = 0
  /** Answers the next request that nobody has answered yet. */
  async function answer(...given: Answer): Promise<WireRequest> {
    await pass()
    const request = wire.held[answered] as WireRequest
    answered += 1
    request.answer(...given)
    await pass()
    return request
  }
  return { wire, client, answer }
}

/** What a promise rejects with. */
export const failure = (promise: Promise<unknown>): Promise<ChatClientError> =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error) => error,
  )
