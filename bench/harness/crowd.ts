import type { PeopledRoom } from '../load/people.js'

/** People, and the rooms that they are in: each in as many. */
export interface Crowd {
  /** The number of the first of them; the others follow. */
  first: number
  people: number
  rooms: number
}

export const roomSize = 8

/** As many of them as there are times that everybody is in so many rooms; none divides a round number. */
const steps = [1, 3, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103]

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

/** As long as those that the library makes. */
const idOf = (first: number, n: number): string =>
  `01a21e2c-2ace-7${hex(first >> 16, 3)}-${hex(first & 0xffff, 4)}-${hex(n, 12)}`

/** The rooms of a crowd: neighbours at first, then people who are ever further apart, so that hardly two share a second room. */
export function roomsOf({ first, people, rooms }: Crowd): PeopledRoom[] {
  return Array.from({ length: rooms }, (_, n) => {
    const step = steps[Math.floor(n / people) % steps.length] as number
    return {
      id: idOf(first, n),
      people: Array.from({ length: roomSize }, (_, k) => first + ((n + k * step) % people)),
    }
  })
}

/** One person's rooms, with the same few around them. */
export function roomsOfOne({ first, people, rooms }: Crowd): PeopledRoom[] {
  return Array.from({ length: rooms }, (_, n) => {
    const others = Array.from({ length: roomSize - 1 }, (_, k) => first + 1 + ((n + k) % (people - 1)))
    return { id: idOf(first, n), people: [first, ...others] }
  })
}
