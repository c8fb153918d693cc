import { describe, expect, it } from 'vitest'
import { givenLive } from './connecting.js'
import { userOf } from './state/room-model.js'
import { pass } from './wire.js'

async function given() {
  const all = await givenLive()
  const known = (id: string) => all.client.users.known(id).getSnapshot()
  all.wire.hold(/users|reactions/)
  async function answer(...answer: Parameters<(typeof all.wire.held)[number]['answer']>) {
    await pass()
    const request = all.wire.held.at(-1)
    request?.answer(...answer)
    await pass()
    return request
  }
  return { ...all, known, answer }
}

describe('people', () => {
  it('are known once anything has told of them', async () => {
    const { client, known, answer } = await given()
    expect(known('bob')).toBeUndefined()
    expect(client.users.known('bob')).toBe(client.users.known('bob'))
    const got = client.users.get('bob')
    expect((await answer(200, userOf('bob')))?.what).toBe('GET /users/bob')
    expect(await got).toEqual(userOf('bob'))
    expect(known('bob')).toEqual(userOf('bob'))
    expect(known('alice')).toEqual(userOf('alice'))
  })

  it('that were asked for before they were renamed are not called as they were', async () => {
    const { wire, client, known, answer } = await given()
    const got = client.users.get('bob')
    await pass()
    wire.socket.tell({ type: 'user.updated', user: { ...userOf('bob'), name: 'Bobby' } })
    await answer(200, userOf('bob'))
    expect(await got).toMatchObject({ name: 'bob' })
    expect(known('bob')?.name).toBe('Bobby')
    const again = client.users.get('bob')
    await answer(200, { ...userOf('bob'), name: 'Robert' })
    await again
    expect(known('bob')?.name).toBe('Robert')
  })

  it('are found by a part of their name', async () => {
    const { client, answer } = await given()
    const found = client.users.search('bo', { limit: 5 })
    expect((await answer(200, { items: [userOf('bob')], nextCursor: null }))?.what).toBe('GET /users?q=bo&limit=5')
    expect(await found).toEqual({ items: [userOf('bob')], nextCursor: null })
  })
})

describe('who I am', () => {
  it('is known once the server has said so, and is as I change it', async () => {
    const { client, answer, known } = await given()
    expect(client.me.getSnapshot()).toEqual(userOf('alice'))
    expect(client.me.getInitialSnapshot()).toBeNull()
    const updated = client.me.update({ description: 'Here' })
    const changed = { ...userOf('alice'), description: 'Here' }
    expect(await answer(200, changed)).toMatchObject({ what: 'PATCH /users/me', body: { description: 'Here' } })
    expect(await updated).toEqual(changed)
    expect(client.me.getSnapshot()).toEqual(changed)
    expect(known('alice')).toEqual(changed)
  })

  it('tells what I reacted', async () => {
    const { client, answer } = await given()
    const reactions = client.me.reactions({ limit: 2 })
    expect((await answer(200, { items: [], nextCursor: null }))?.what).toBe('GET /reactions?limit=2')
    expect(await reactions).toEqual({ items: [], nextCursor: null })
  })
})
