import { seedCopies } from '../../harness/copies.js'
import { type Crowd, roomSize, roomsOf, roomsOfOne } from '../../harness/crowd.js'
import type { BenchDatabase } from '../../harness/databases.js'
import type { Arrival } from '../../load/arrivals.js'
import type { PeopledRoom } from '../../load/people.js'

/** How many people are connected, and in how many rooms they are together. All else follows from that. */
export interface Size {
  people: number
  rooms: number
}

/** In how many rooms each is who comes back after a deploy, and how many of them are open. */
const stormRoomsEach = 50
const openRooms = 3

/** Who is in the database. */
export interface Population {
  size: Size
  /** Of the people who are connected. */
  roomsEach: number
  rooms: PeopledRoom[]
  /** Others, who come back after a deploy all at once. */
  arrivals: Arrival[]
  /** Somebody in many rooms, and who else is in them. */
  one: { userId: string; rooms: number; others: PeopledRoom[] }
  /** As many people as are connected else, who are in no room. */
  roomless: { first: number; people: number }
  /** Where each room stands. */
  revision: number
}

export async function populate(database: BenchDatabase, size: Size): Promise<Population> {
  const { people, rooms } = size
  const returning = Math.round(people * 1.25)
  const crowd: Crowd = { first: 0, people, rooms }
  const storm: Crowd = { first: people, people: returning, rooms: Math.round((returning * stormRoomsEach) / roomSize) }
  const one: Crowd = {
    first: storm.first + returning,
    people: Math.round(people / 5) + 1,
    rooms: Math.round(rooms / 4),
  }
  const roomless = { first: one.first + one.people, people }
  const [crowdRooms, stormRooms, oneRooms] = [roomsOf(crowd), roomsOf(storm), roomsOfOne(one)]
  const all = [...crowdRooms, ...stormRooms, ...oneRooms]
  const { revision } = await seedCopies(database, roomless.first + people, all)
  return {
    size,
    roomsEach: (rooms * roomSize) / people,
    rooms: crowdRooms,
    arrivals: arrivalsOf(storm, stormRooms),
    one: {
      userId: `u${one.first}`,
      rooms: one.rooms,
      others: oneRooms.map(({ id, people: [, ...others] }) => ({ id, people: others })),
    },
    roomless,
    revision,
  }
}

function arrivalsOf({ first, people }: Crowd, rooms: PeopledRoom[]): Arrival[] {
  const open = Array.from({ length: people }, (): string[] => [])
  for (const { id, people: members } of rooms) {
    for (const person of members) {
      const own = open[person - first]
      if (own && own.length < openRooms) own.push(id)
    }
  }
  return open.map((own, n) => ({ person: first + n, rooms: own }))
}
