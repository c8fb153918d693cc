import { type DeviceLog, type Final, gone, type History, type Thing } from '../history.js'
import type { Violation } from './violation.js'

/** What a client holds that does nothing but put each thing in place in its highest revision. */
function stateOf({ told }: DeviceLog): Map<string, Map<string, Thing>> {
  const rooms = new Map<string, Map<string, Thing>>()
  const take = (roomId: string, thing: Thing) => {
    const room = rooms.get(roomId) ?? new Map<string, Thing>()
    rooms.set(roomId, room)
    if ((room.get(thing.id)?.revision ?? 0) <= thing.revision) room.set(thing.id, thing)
  }
  for (const each of told) {
    if (each.type === 'hello') {
      for (const roomId of rooms.keys()) if (!Object.hasOwn(each.rooms, roomId)) rooms.delete(roomId)
    } else if (each.type === 'left' || each.type === 'joined' || each.type === 'reset') rooms.delete(each.roomId)
    else if (each.type === 'read') for (const thing of each.things) take(each.roomId, thing)
    else if (each.type === 'event' && each.thing) take(each.roomId, each.thing)
  }
  return rooms
}

/** What each device made of a snapshot and the events after it is what a fresh GET shows. */
export function* state({ devices }: History, { views }: Final): Generator<Violation> {
  for (const log of devices) {
    const held = stateOf(log)
    for (const { roomId, things } of views.filter(({ userId }) => userId === log.userId)) {
      const difference = differenceOf(held.get(roomId) ?? new Map(), things)
      if (difference) yield { rule: 'another state', detail: `${log.device}, room ${roomId}: ${difference}` }
    }
  }
}

function differenceOf(held: Map<string, Thing>, things: Thing[]): string | undefined {
  for (const { id, value } of things) {
    const mine = held.get(id)
    if (mine?.value !== value) return `${id} is ${value}, and they hold ${mine?.value ?? 'nothing'}`
  }
  const ids = new Set(things.map(({ id }) => id))
  const tooMuch = [...held.values()].find(({ id, value }) => value !== gone && !ids.has(id))
  return tooMuch && `they hold ${tooMuch.id}, which is not there`
}
