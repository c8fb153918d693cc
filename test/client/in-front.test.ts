import { describe, expect, it } from 'vitest'
import { stubPage } from './page.js'
import { givenWire, pass, type Wire } from './wire.js'

const said = (wire: Wire) => wire.said('presence.set').map(({ inFront }) => inFront)

async function givenClient(isAsked = true) {
  const page = stubPage()
  const wire = givenWire()
  wire.asksInFront = isAsked
  const client = wire.client()
  const turn = async (visibilityState: 'visible' | 'hidden') => {
    page.document.visibilityState = visibilityState
    page.fire('visibilitychange')
    await pass()
  }
  return { wire, client, turn, page }
}

describe('a client whose server notifies people', () => {
  it('says when nobody looks at its page, and when somebody does again', async () => {
    const { wire, client, turn } = await givenClient()
    client.connect()
    await pass()
    expect(said(wire)).toEqual([])
    await turn('hidden')
    await turn('hidden')
    await turn('visible')
    expect(said(wire)).toEqual([false, true])
  })

  it('says it of each connection anew, which begins in front', async () => {
    const { wire, client, turn, page } = await givenClient()
    page.document.visibilityState = 'hidden'
    client.connect()
    await pass()
    expect(said(wire)).toEqual([false])
    wire.socket.end(1012, '0')
    await pass(20_000)
    expect(said(wire)).toEqual([false, false])
    // What happens while there is no connection is said with the next one.
    wire.hold(/open/)
    wire.socket.end(1012, '0')
    await turn('visible')
    wire.hold()
    await pass(20_000)
    expect(said(wire)).toEqual([false, false])
  })

  it('says what the host says of it, until the page is to tell again', async () => {
    const { wire, client, turn } = await givenClient()
    client.setInFront(false)
    client.connect()
    await pass()
    await turn('visible')
    expect(said(wire)).toEqual([false])
    client.setInFront(true)
    await pass()
    await turn('hidden')
    expect(said(wire)).toEqual([false, true])
    client.setInFront()
    await pass()
    expect(said(wire)).toEqual([false, true, false])
  })

  it('says nothing to a server that does not ask', async () => {
    const { wire, client, turn } = await givenClient(false)
    client.connect()
    await pass()
    await turn('hidden')
    expect(said(wire)).toEqual([])
  })
})
