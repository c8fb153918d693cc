import { describe, expect, it, vi } from 'vitest'
import { isHidden, onWake } from '../../src/client/wake.js'
import { stub, stubPage } from './page.js'

/** A page, and what is told of it. */
function givenPage() {
  const page = stubPage()
  const told: string[] = []
  const tell = (what: string) => () => void told.push(what)
  const end = onWake({ back: tell('back'), used: tell('used'), turned: tell('turned'), offline: tell('offline') })
  const toldOf = (type: string): string[] => {
    page.fire(type)
    return told.splice(0)
  }
  return { page, end, toldOf }
}

describe('a page', () => {
  it.each(['visibilitychange', 'pageshow', 'focus'])('is back and used at a %s, unless nobody can see it', (type) => {
    const { page, toldOf } = givenPage()
    expect(toldOf(type)).toEqual(['turned', 'back', 'used'])
    page.document.visibilityState = 'hidden'
    expect(toldOf(type)).toEqual(['turned'])
    page.document.visibilityState = 'visible'
    expect(toldOf(type)).toEqual(['turned', 'back', 'used'])
  })

  it.each(['pointerdown', 'keydown'])('is used at a %s', (type) => {
    expect(givenPage().toldOf(type)).toEqual(['used'])
  })

  it('is back once its network is, also where nobody can see it', () => {
    const { page, toldOf } = givenPage()
    page.document.visibilityState = 'hidden'
    expect([toldOf('online'), toldOf('offline'), toldOf('click')]).toEqual([['back'], ['offline'], []])
  })

  it('tells nothing any more once nobody wants to hear it', () => {
    const { page, end, toldOf } = givenPage()
    end()
    expect(page.listenedTo).toEqual([])
    expect(toldOf('online')).toEqual([])
  })

  it('is heard before anything on it can keep that to itself', () => {
    const listen = vi.fn()
    stub('addEventListener', listen)
    onWake({ back: () => undefined, used: () => undefined, turned: () => undefined, offline: () => undefined })
    expect(listen.mock.calls.map(([type, , capture]) => [type, capture])).toEqual(
      ['online', 'offline', 'visibilitychange', 'pageshow', 'focus', 'pointerdown', 'keydown'].map((type) => [
        type,
        true,
      ]),
    )
  })

  it('is never hidden where there is none, and tells nothing there', () => {
    expect(isHidden()).toBe(false)
    const end = onWake({
      back: () => undefined,
      used: () => undefined,
      turned: () => undefined,
      offline: () => undefined,
    })
    expect(end()).toBeUndefined()
  })
})
