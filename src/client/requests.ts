import type { List } from '../contract/fields.js'
import type { Room } from '../contract/rooms.js'
import type { RequestList, Requests } from './api/requests.js'
import type { Context } from './context.js'
import { dropRequest } from './state/requests.js'
import { takeRoom } from './state/rooms.js'
import { once } from './store.js'

/** What others want of me. */
export function createRequests({ store, http }: Context): Requests & { resume(): void } {
  const load = once(async () => {
    const { items, status } = store.state.requests
    if (status === 'idle') store.set({ requests: { items, status: 'loading' } })
    try {
      const page = await http.get<List<Room>>(['rooms'], { requests: true, limit: 100 })
      store.set({ requests: { items: page.items, status: 'ready' } })
    } catch {
      // The next connection reads them again.
    }
  })
  return {
    ...store.topic<[RequestList], RequestList>(({ requests }) => [requests]),
    load,
    resume: () => {
      if (store.state.requests.status !== 'idle') void load()
    },
    async accept(roomId) {
      const room = store.update(takeRoom, await http.send<Room>('POST', ['rooms', roomId, 'accept']))
      store.update(dropRequest, roomId)
      return room
    },
    async refuse(roomId) {
      await http.send('POST', ['rooms', roomId, 'refuse'])
      store.update(dropRequest, roomId)
    },
  }
}
