/** The host's own code, acting without being a member: no permission is asked. */
export const system: unique symbol = Symbol('express-chat.system')

/** Who acts: a user's id, or the host's own code. */
export type Actor = string | typeof system

export const userIdOf = (actor: Actor): string | null => (actor === system ? null : actor)
