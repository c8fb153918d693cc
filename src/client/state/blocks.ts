import type { BlockList } from '../api/blocks.js'
import type { ShownMessage } from '../api/messages.js'

/** Messages of a room: those of people whom I block are marked, and their reactions are left out. */
export function withoutBlocked(items: ShownMessage[], { items: blocks }: BlockList): ShownMessage[] {
  if (blocks.length === 0) return items
  const blocked = new Set<string | undefined>(blocks.map(({ user }) => user.id))
  return items.map((item) => {
    const isBlocked = item.kind === 'user' && blocked.has(item.user?.id)
    if (!isBlocked && !item.reactions.some(({ userIds }) => userIds.some((id) => blocked.has(id)))) return item
    const reactions = item.reactions.flatMap(({ reaction, count, userIds }) => {
      const others = userIds.filter((id) => !blocked.has(id))
      const left = count - userIds.length + others.length
      return left > 0 ? { reaction, count: left, userIds: others } : []
    })
    return { ...item, reactions, isBlocked }
  })
}
