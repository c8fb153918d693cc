import type { Message } from '../contract/messages.js'
import type { ChatClientError } from './api/errors.js'
import type { PinList, Pins } from './api/pins.js'
import type { Context } from './context.js'
import { takeMessage } from './state/messages.js'
import { noPins, takePins } from './state/pins.js'
import type { KnownPins, RoomEntry } from './state/room-entry.js'
import { entryOf, patch, type State } from './state/state.js'
import { shownMessage } from './state/users.js'
import { statusOf } from './state/window.js'
import { once } from './store.js'

/** The server keeps no more of a room than one page holds. */
const all = { limit: 100 }

const isWanted = ({ pins, status }: RoomEntry): unknown => pins && status !== 'left'

function listOf(pins: KnownPins | undefined, users: State['users']): PinList {
  const { byId, isRead, error } = pins ?? noPins
  const pinned = isRead ? [...byId.values()].filter(({ pinnedAt }) => pinnedAt) : []
  return {
    items: pinned
      .sort((one, other) => `${other.pinnedAt}`.localeCompare(`${one.pinnedAt}`))
      .map((message) => shownMessage(users, message)),
    status: statusOf(isRead, error, pins),
    error,
  }
}

/** One room's pinned messages. */
export function createPins({ store, socket, read, entry, use }: Context, roomId: string): Pins {
  const pins = () => entry(roomId).pins
  const set = (changes: Partial<KnownPins>) =>
    store.update(patch, roomId, { pins: { ...noPins, ...pins(), ...changes } })

  const readAll = once(async () => {
    set({ error: null })
    try {
      await read(['rooms', roomId, 'pins'], all, isWanted, takePins, roomId)
    } catch (error) {
      set({ error: error as ChatClientError })
    }
  })

  return {
    ...store.observable((state) => [entryOf(state, roomId).pins, state.users], listOf),
    async load() {
      use(roomId)
      if (!pins()?.isRead) await readAll()
    },
    pin: async (messageId) =>
      store.update(takeMessage, await socket.command<Message>('message.pin', { roomId, messageId })),
    unpin: (messageId) => socket.command('message.unpin', { roomId, messageId }),
  }
}
