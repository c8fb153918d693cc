import { describe, expect, it, vi } from 'vitest'
import { cached, createListeners, createStore, once, type Store } from '../../src/client/store.js'
import { userOf } from './state/room-model.js'

const statusOf = (store: Store) => store.observable<[string], string>(({ roomsStatus }) => [roomsStatus])

describe('an observable', () => {
  it('is the same until a part of it changes, of which only what changed is another', () => {
    const store = createStore()
    const make = vi.fn((users: ReadonlyMap<string, unknown>, status: string) => ({
      all: { count: users.size },
      status,
    }))
    const observable = store.observable(({ users, roomsStatus }) => [users, roomsStatus], make)
    const first = observable.getSnapshot()
    expect(first).toEqual({ all: { count: 0 }, status: 'idle' })
    store.set({ me: userOf('alice') })
    expect(observable.getSnapshot()).toBe(first)
    expect(make).toHaveBeenCalledTimes(1)
    store.set({ roomsStatus: 'ready' })
    const second = observable.getSnapshot()
    expect(second).toEqual({ all: { count: 0 }, status: 'ready' })
    expect(second.all).toBe(first.all)
    store.set({ users: new Map([['bob', userOf('bob')]]) })
    expect(observable.getSnapshot()).toEqual({ all: { count: 1 }, status: 'ready' })
  })

  it('is its only part where nothing is made of it', () => {
    const store = createStore()
    const observable = statusOf(store)
    expect(observable.getSnapshot()).toBe('idle')
  })

  it('tells after each change of it, and of no other, until that is ended', () => {
    const store = createStore()
    const observable = statusOf(store)
    store.set({ roomsStatus: 'loading' })
    const told: string[] = []
    const end = observable.subscribe(() => told.push(observable.getSnapshot()))
    store.set({ me: userOf('alice') })
    store.set({ roomsStatus: 'loading' })
    expect(told).toEqual([])
    store.set({ roomsStatus: 'ready' })
    store.set({ me: null })
    expect(told).toEqual(['ready'])
    end()
    store.set({ roomsStatus: 'idle' })
    expect(told).toEqual(['ready'])
  })

  it('tells once of all that changes while it is held', () => {
    const store = createStore()
    const observable = statusOf(store)
    const told: string[] = []
    observable.subscribe(() => told.push(observable.getSnapshot()))
    store.hold(true)
    store.set({ roomsStatus: 'loading' })
    store.set({ roomsStatus: 'ready' })
    expect(told).toEqual([])
    store.hold(false)
    expect(told).toEqual(['ready'])
    store.set({ roomsStatus: 'idle' })
    expect(told).toEqual(['ready', 'idle'])
  })

  it('begins, wherever it is by now, as a client that has not connected: always the same', () => {
    const store = createStore()
    const observable = store.observable(
      ({ roomsStatus }) => [roomsStatus],
      (status) => ({ status }),
    )
    store.set({ roomsStatus: 'ready' })
    const initial = observable.getInitialSnapshot()
    expect(initial).toEqual({ status: 'idle' })
    store.set({ roomsStatus: 'loading' })
    expect(observable.getInitialSnapshot()).toBe(initial)
  })
})

describe('a store', () => {
  it('counts its changes, and gives back what it was given', () => {
    const store = createStore()
    const { version } = store.state
    const bob = userOf('bob')
    expect(store.update((state, me) => ({ ...state, me }), bob)).toBe(bob)
    store.set({ roomsStatus: 'ready' })
    expect(store.state).toMatchObject({ me: bob, roomsStatus: 'ready', version: version + 2 })
  })
})

describe('listeners', () => {
  it('are all told of what was given, as often as they listen', () => {
    const { notify, listen } = createListeners<[string, number]>()
    const listener = vi.fn()
    const ends = [listen(listener), listen(listener)]
    notify('one', 1)
    expect(listener.mock.calls).toEqual([
      ['one', 1],
      ['one', 1],
    ])
    ends[0]?.()
    notify('two', 2)
    expect(listener).toHaveBeenCalledTimes(3)
    ends[1]?.()
    notify('three', 3)
    expect(listener).toHaveBeenCalledTimes(3)
  })

  it('that come while something is told hear of the next', () => {
    const { notify, listen } = createListeners()
    const late = vi.fn()
    const end = listen(() => {
      end()
      listen(late)
    })
    notify()
    expect(late).not.toHaveBeenCalled()
    notify()
    expect(late).toHaveBeenCalledTimes(1)
  })
})

describe('what is done once at a time', () => {
  it('is the same for all who ask meanwhile, and done anew after that, however it ended', async () => {
    const ends: ((isOk: boolean) => void)[] = []
    const task = once(
      () => new Promise<number>((resolve, reject) => ends.push((isOk) => (isOk ? resolve(ends.length) : reject('no')))),
    )
    const [one, other] = [task(), task()]
    ends[0]?.(false)
    expect(await Promise.allSettled([one, other])).toEqual([
      { status: 'rejected', reason: 'no' },
      { status: 'rejected', reason: 'no' },
    ])
    const again = task()
    ends[1]?.(true)
    expect(await again).toBe(2)
    expect(ends).toHaveLength(2)
  })
})

describe('what is made of an id', () => {
  it('is made once, be it nothing', () => {
    const make = vi.fn((id: string) => (id === 'none' ? undefined : { id }))
    const made = new Map<string, { id: string } | undefined>()
    const get = cached(make, made)
    expect(get('a')).toEqual({ id: 'a' })
    expect(get('a')).toBe(get('a'))
    expect(get('b')).not.toBe(get('a'))
    expect([get('none'), get('none')]).toEqual([undefined, undefined])
    expect(make.mock.calls.map(([id]) => id)).toEqual(['a', 'b', 'none'])
    expect([...made.keys()]).toEqual(['a', 'b', 'none'])
  })
})
