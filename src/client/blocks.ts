import type { Block } from '../contract/blocks.js'
import type { Page } from '../contract/fields.js'
import type { BlockList, Blocks } from './api/blocks.js'
import type { Context } from './context.js'
import { createKeptList } from './kept-list.js'

const path = ['users', 'me', 'blocks']

/** Whom I block. */
export function createBlocks(context: Context): Blocks & { changed(): void } {
  const { store, http } = context
  const { set, load, changed } = createKeptList(context, 'blocks', async () => {
    const items: Block[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<Block> = await http.get(path, { limit: 100, cursor })
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  })
  const without = (userId: string) => store.state.blocks.items.filter(({ user }) => user.id !== userId)

  return {
    ...store.observable<[BlockList], BlockList>(({ blocks }) => [blocks]),
    load,
    changed,
    async add(userId) {
      const block = await http.send<Block>('PUT', [...path, userId])
      set({ items: [...without(userId), block] })
      changed()
      return block
    },
    async remove(userId) {
      await http.send('DELETE', [...path, userId])
      set({ items: without(userId) })
      changed()
    },
  }
}
