import type { User } from 'express-chat/client'

export const userName = (user: Pick<User, 'id' | 'name'> | null | undefined): string =>
  user?.name || user?.id || 'Somebody'
