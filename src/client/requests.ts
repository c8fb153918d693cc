import type { Page } from '../contract/fields.js'
import type { Room } from '../contract/rooms.js'
import type { RequestList, Requests } from './api/requests.js'
import type { Context } from './context.js'
import { createKeptList } from './kept-list.js'
import { dropRequest } from './state/requests.js'
import { takeRoom } from './state/rooms.js'

/** What others want of me. */
export function createRequests(context: Context): Requests & { changed(): void } {
  const { store, http } = context
  const { load, changed } = createKeptList(context, 'requests', async () => {
    const { items } = await http.get<Page<Room>>(['rooms'], { requests: true, limit: 100 })
    return items
  })
  return {
    ...store.observable<[RequestList], RequestList>(({ requests }) => [requests]),
    load,
    changed,
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
