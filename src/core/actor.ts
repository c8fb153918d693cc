/** The host's own code, acting without being a member: no permission is asked. */
export const system: unique symbol = Symbol('express-chat.system')

/** Who acts: a user's id, or the host's own code. */
export type Actor = string | typeof system

/** Somebody whom the host trusts with every room, acting without being a member: no permission is asked. */
export class Moderator {
  constructor(readonly userId: string) {}
}

/** Who acts where moderators may, too. */
export type AnyActor = Actor | Moderator

export function userIdOf(actor: AnyActor): string | null {
  if (actor === system) return null
  return typeof actor === 'string' ? actor : actor.userId
}
