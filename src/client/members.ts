import type { List } from '../contract/fields.js'
import type { Member } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import type { Members as Api, MemberList } from './api/members.js'
import type { Context } from './context.js'
import { emptyBook, takeMember, takeMemberPage, withBook } from './state/members.js'
import type { MemberBook } from './state/state.js'

function listOf(book: MemberBook | undefined): MemberList {
  if (!book) return { items: [], status: 'idle', error: null, hasMore: false }
  const { byId, cursor, error } = book
  const isRead = cursor !== undefined
  const here = isRead ? [...byId.values()].flatMap(({ member, isGone }) => (isGone ? [] : member)) : []
  return {
    items: here.sort((one, other) => (one.joinedAt < other.joinedAt ? -1 : Number(one.joinedAt > other.joinedAt))),
    status: isRead ? 'ready' : error ? 'failed' : 'loading',
    error,
    hasMore: typeof cursor === 'string',
  }
}

/** One room's members: loads them, and changes them. */
export function createMembers(context: Context, roomId: string): Api & { resume(): void } {
  const { store, http } = context
  const path = ['rooms', roomId, 'members']
  let isWanted = false
  let loading: Promise<void> | undefined

  const book = () => context.state.members.get(roomId)
  const take = (member: Member): Member => {
    store.update((state) => takeMember(state, member))
    return member
  }

  async function read(): Promise<void> {
    store.update((state) => withBook(state, roomId, { ...(state.members.get(roomId) ?? emptyBook), error: null }))
    try {
      await context.insist(
        async (asked) => {
          const query = { limit: 100, cursor: book()?.cursor ?? undefined }
          const page = await http.request<List<Member>>('GET', path, { query })
          store.update((state) => takeMemberPage(state, roomId, page, asked))
        },
        () => book() !== undefined,
      )
    } catch (error) {
      const failed = error as ChatClientError
      store.update((state) => (book() ? withBook(state, roomId, { ...(book() as MemberBook), error: failed }) : state))
    }
  }

  const load = (): Promise<void> => {
    isWanted = true
    if (book()?.cursor !== undefined) return Promise.resolve()
    loading ??= (async () => {
      do await read()
      while (isWanted && book()?.cursor === undefined && !book()?.error)
    })().finally(() => {
      loading = undefined
    })
    return loading
  }

  return {
    ...store.topic(({ members }) => [members.get(roomId)], listOf),
    load,
    resume: () => void (isWanted && load()),
    async loadMore() {
      if (typeof book()?.cursor !== 'string' || loading) return
      loading = read().finally(() => {
        loading = undefined
      })
      await loading
    },
    add: async (input) => take(await http.request<Member>('POST', path, { body: input })),
    update: async (userId, changes) => take(await http.request<Member>('PATCH', [...path, userId], { body: changes })),
    remove: (userId) => http.request<void>('DELETE', [...path, userId]),
    get: async (userId) => take(await http.request<Member>('GET', [...path, userId])),
  }
}
