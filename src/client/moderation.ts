import type { Moderation } from './api/moderation.js'
import type { Context } from './context.js'

export function createModeration({ http }: Context): Moderation {
  const path = ['moderation']
  const list =
    <T>(...segments: string[]) =>
    (options: object = {}): Promise<T> => {
      const { signal, ...query } = options as { signal?: AbortSignal }
      return http.get([...path, ...segments], query, signal)
    }
  return {
    reports: list('reports'),
    updateReport: (reportId, changes) => http.send('PATCH', [...path, 'reports', reportId], changes),
    audit: list('audit'),
    room(roomId) {
      const room = ['rooms', roomId]
      const remove = (...segments: string[]) => http.send<void>('DELETE', [...path, ...room, ...segments])
      return {
        get: () => list<never>(...room)(),
        messages: list(...room, 'messages'),
        search: (q, options) => list<never>(...room, 'messages')({ ...options, q }),
        edits: (messageId, options) => list<never>(...room, 'messages', messageId, 'edits')(options),
        members: list(...room, 'members'),
        deleteMessage: (messageId) => remove('messages', messageId),
        removeMember: (userId) => remove('members', userId),
        silence: (userId, silencedUntil) =>
          http.send('PATCH', [...path, ...room, 'members', userId], { silencedUntil }),
        bans: list(...room, 'bans'),
        ban: (userId, ban = {}) => http.send('PUT', [...path, ...room, 'bans', userId], ban),
        unban: (userId) => remove('bans', userId),
      }
    },
  }
}
