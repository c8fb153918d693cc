import type { Room } from '../../contract/rooms.js'
import type { State } from './state.js'

const without = ({ requests }: State, roomId: string): readonly Room[] =>
  requests.items.filter(({ id }) => id !== roomId)

/** Somebody asks me into a room. */
export const takeRequest = (state: State, room: Room): State => ({
  ...state,
  requests: { ...state.requests, items: [room, ...without(state, room.id)] },
})

/** A request was answered, here or on another device. */
export const dropRequest = (state: State, roomId: string): State =>
  state.requests.items.some(({ id }) => id === roomId)
    ? { ...state, requests: { ...state.requests, items: without(state, roomId) } }
    : state
