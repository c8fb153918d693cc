import { useBlocks } from 'express-chat/react'
import { useCallback } from 'react'
import type { MenuItem } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'

/** Whether I block somebody, and what changes it: blocking asks first, since it ends what we could say to each other. */
export function useBlocking(userId: string, name: string) {
  const { items, handle } = useBlocks()
  const { attempt, confirm } = useOverlays()
  const isBlocked = items.some(({ user }) => user.id === userId)
  const block = useCallback(async () => {
    const question = `Neither of you can write to the other, and what they say in rooms is hidden from you. They aren’t told.`
    if (await confirm({ title: `Block ${name}?`, question, action: 'Block' })) await attempt(() => handle.add(userId))
  }, [handle, userId, name, attempt, confirm])
  const unblock = useCallback(() => void attempt(() => handle.remove(userId)), [handle, userId, attempt])
  const item: MenuItem = isBlocked
    ? { label: 'Unblock', icon: 'check', onSelect: unblock }
    : { label: 'Block', icon: 'block', isDangerous: true, onSelect: () => void block() }
  return { isBlocked, block, unblock, item }
}
