import type { Permission } from '../../../src/contract/permissions.js'

/** The statuses that each of the seven is answered with, in the order of `askers`. */
export type Statuses = readonly [
  nobody: number,
  stranger: number,
  leaver: number,
  withoutIt: number,
  withIt: number,
  owner: number,
  other: number,
]

/**
 * What one route or command answers to each of the seven. `nobody` is not signed in; a `stranger` was never in the room;
 * a `leaver` was; `without` and `with` are members, the first with every permission but the one that is needed, the
 * second with that one only; `owner` owns the room (in a private room: made it); `other` owns another room.
 */
export interface Row {
  /** `METHOD /path`, or the name of a command. */
  on: string
  /** Tells rows on the same route apart. */
  what?: string
  needs?: Permission
  /**
   * Whose message, reaction, file or membership it is about: that of another member, unless it is the asker's own; or it
   * is about somebody who is banned, or a room that the asker is asked into.
   */
  whose?: 'own' | 'banned' | 'asked'
  /** Also of who is not in the room. */
  outsiders?: true
  query?: string
  /** The body, or what the frame holds beside ids; `:mediaId` and the like stand for ids here, too. */
  body?: object
  /** The body is a form with a picture. */
  file?: true
  /** Reading it is written down. */
  isAudited?: true
  /** Whoever asks second finds it done. */
  once?: true
  /** The same in private rooms, groups and channels, unless one of them is given by itself. */
  closed?: Statuses
  private?: Statuses
  group?: Statuses
  channel?: Statuses
  /** A channel that anybody can find and join. */
  public?: Statuses
  /** Where no room is asked about. */
  anywhere?: Statuses
}
