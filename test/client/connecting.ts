import type { ChatClientOptions } from 'express-chat/client'
import { expect } from 'vitest'
import { givenWire, pass, type Wire } from './wire.js'

export const tickets = (wire: Wire): number => wire.log.filter((what) => what === 'POST /ws-ticket').length

/** A client that is about to connect, and what it tells of it. */
export function given(options: Partial<ChatClientOptions> = {}) {
  const wire = givenWire()
  const client = wire.client(options)
  const shown = () => client.connection.getSnapshot()
  /** In how many ms the next attempt is due. */
  const waitMs = () => Math.round((shown().retryAt ?? Number.NaN) - Date.now())
  return { wire, client, shown, waitMs }
}

export async function givenLive(options: Partial<ChatClientOptions> = {}) {
  const all = given(options)
  all.client.connect()
  await pass(50)
  expect(all.shown()).toEqual({ status: 'live', error: null, retryAt: null })
  return all
}
