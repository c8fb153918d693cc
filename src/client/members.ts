import type { List } from '../contract/fields.js'
import type { Member } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import type { Members as Api, MemberList } from './api/members.js'
import type { Context } from './context.js'
import { emptyBook, takeMember, takeMemberPage } from './state/members.js'
import { entryOf, type MemberBook, patch } from './state/state.js'

function listOf(book: MemberBook | undefined): MemberList {
  const { byId, cursor, error = null } = book ?? {}
  const isRead = cursor !== undefined
  const here = [...(byId?.values() ?? [])].flatMap(({ member, isGone }) => (isGone || !isRead ? [] : member))
  return {
    items: here.sort((one, other) => one.joinedAt.localeCompare(other.joinedAt)),
    status: isRead ? 'ready' : error ? 'failed' : book ? 'loading' : 'idle',
    error,
    hasMore: typeof cursor === 'string',
  }
}

/** One room's members: loads them, and changes them. */
export function createMembers({ store, http, read, entry }: Context, roomId: string): Api & { resume(): void } {
  const path = ['rooms', roomId, 'members']
  let isWanted = false
  let loading: Promise<void> | undefined

  const book = () => entry(roomId).book
  const set = (changes: Partial<MemberBook>) =>
    store.update(patch, roomId, { book: { ...(book() ?? emptyBook), ...changes } })
  const take = (member: Member): Member => {
    store.update(takeMember, member)
    return member
  }

  /** The next page; of what was forgotten meanwhile, as after a reset, the first again. */
  async function readPage(): Promise<void> {
    do {
      set({ error: null })
      try {
        const query = { limit: 100, cursor: book()?.cursor ?? undefined }
        await read<List<Member>>(path, query, (state, page, asked) => takeMemberPage(state, roomId, page, asked), book)
      } catch (error) {
        if (book()) set({ error: error as ChatClientError })
      }
    } while (isWanted && book()?.cursor === undefined && !book()?.error)
  }

  const loadIf = async (isDue: boolean): Promise<void> => {
    if (isDue) {
      loading ??= readPage().finally(() => {
        loading = undefined
      })
    }
    await loading
  }
  const load = () => {
    isWanted = true
    return loadIf(book()?.cursor === undefined)
  }

  return {
    ...store.topic((state) => [entryOf(state, roomId).book], listOf),
    load,
    resume: () => void (isWanted && load()),
    loadMore: () => loadIf(typeof book()?.cursor === 'string'),
    add: async (body) => take(await http.send('POST', path, body)),
    update: async (userId, body) => take(await http.send('PATCH', [...path, userId], body)),
    remove: (userId) => http.send('DELETE', [...path, userId]),
    get: async (userId) => take(await http.get([...path, userId])),
  }
}
