import type { Message, User } from 'express-chat/client'

export const userName = (user: Pick<User, 'id' | 'name'> | null | undefined): string =>
  user?.name || user?.id || 'Somebody'

/** Who says a message: a person, or a bot under a name of its own. */
export const authorName = ({ user, as }: Pick<Message, 'user' | 'as'>): string => as?.name ?? userName(user)
