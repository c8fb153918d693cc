import type { Permission } from '../../../src/contract/permissions.js'

/** A status, with the code of the problem where that is not the usual one. */
export type Status = number | `${number} ${string}`

/** What each of the seven is answered with, in the order of `askers`. */
export type Statuses = readonly [
  nobody: Status,
  stranger: Status,
  leaver: Status,
  withoutIt: Status,
  withIt: Status,
  owner: Status,
  other: Status,
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
  /** Takes this one as well: `with`, who holds one only, is refused, and who holds all is answered as the owner. */
  alsoNeeds?: Permission
  /**
   * Whose message, reaction, file or membership it is about: that of another member, unless it is the asker's own; or it
   * is about the owner, somebody who is banned, or was removed, or never was anywhere, or a room that the asker is asked into.
   */
  whose?: 'own' | 'owner' | 'banned' | 'removed' | 'unknown' | 'asked'
  /** Also of who is not in the room. */
  outsiders?: true
  query?: string
  /** The body, or what the frame holds beside ids; `:mediaId` and the like stand for ids here, too. */
  body?: object
  /** The body is a form with a picture. */
  file?: true
  /** Reading it is written down. */
  isAudited?: true
  /** Who is in the room is told what there is not. */
  explains?: true
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
