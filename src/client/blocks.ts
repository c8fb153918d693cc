import type { Block } from '../contract/blocks.js'
import type { List } from '../contract/fields.js'
import type { BlockList, Blocks } from './api/blocks.js'
import type { ChatClientError } from './api/errors.js'
import type { Context } from './context.js'
import { once } from './store.js'

const path = ['users', 'me', 'blocks']

/** Whom I block: read whole once somebody asks for it, and again whenever it may have changed. */
export function createBlocks({ store, http }: Context): Blocks & { changed(): void } {
  let [isWanted, isStale] = [false, true]
  const set = (changes: Partial<BlockList>) => store.set({ blocks: { ...store.state.blocks, ...changes } })

  const read = once(async () => {
    while (isStale) {
      isStale = false
      const asked = store.state.version
      if (store.state.blocks.status !== 'ready') set({ status: 'loading', error: null })
      try {
        const items: Block[] = []
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page: List<Block> = await http.get(path, { limit: 100, cursor })
          items.push(...page.items)
          cursor = page.nextCursor
        }
        // What was asked for by somebody else is none of mine.
        if (asked < store.state.bornAt) isStale = true
        else set({ items, status: 'ready', error: null })
      } catch (error) {
        isStale = true
        return set({ status: 'failed', error: error as ChatClientError })
      }
    }
  })

  const changed = (): void => {
    isStale = true
    if (isWanted) void read()
  }
  const without = (userId: string) => store.state.blocks.items.filter(({ user }) => user.id !== userId)

  return {
    ...store.topic<[BlockList], BlockList>(({ blocks }) => [blocks]),
    changed,
    load() {
      isWanted = true
      return read()
    },
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
