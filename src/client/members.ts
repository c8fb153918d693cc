import type { Member } from '../contract/members.js'
import type { ChatClientError } from './api/errors.js'
import type { Members as Api, MemberList } from './api/members.js'
import type { Context } from './context.js'
import { noMembers, takeMember, takeMembers } from './state/members.js'
import type { KnownMembers, RoomEntry } from './state/room-entry.js'
import { entryOf, patch, type State } from './state/state.js'
import { shownUser } from './state/users.js'
import { statusOf } from './state/window.js'
import { once } from './store.js'

/** What is known of markers from before the room stopped telling of them is not shown. */
function listOf(
  memberList: KnownMembers | undefined,
  users: State['users'],
  readReceipts: boolean | undefined,
  myId: string | undefined,
): MemberList {
  const markerOf = (id: string, known = 0): number => (readReceipts === false && id !== myId ? 0 : known)
  const { byId, markers, cursor, error } = memberList ?? noMembers
  const isRead = cursor !== undefined
  const here = [...byId].flatMap(([id, { member, isGone }]) =>
    isGone || !isRead
      ? []
      : { ...member, user: shownUser(users, member.user), lastReadSeq: markerOf(id, markers.get(id)) },
  )
  return {
    items: here.sort((one, other) => one.joinedAt.localeCompare(other.joinedAt)),
    status: statusOf(isRead, error, memberList),
    error,
    hasMore: typeof cursor === 'string',
  }
}

const isWanted = ({ memberList, status }: RoomEntry): unknown => memberList && status !== 'left'

/** One room's members: loads them, and changes them. */
export function createMembers({ store, http, read, entry, use }: Context, roomId: string): Api {
  const path = ['rooms', roomId, 'members']
  const memberList = () => entry(roomId).memberList
  const set = (changes: Partial<KnownMembers>) =>
    store.update(patch, roomId, { memberList: { ...noMembers, ...memberList(), ...changes } })

  const readPage = once(async () => {
    set({ error: null })
    try {
      const query = { limit: 100, cursor: memberList()?.cursor ?? undefined }
      await read(path, query, isWanted, takeMembers, roomId)
    } catch (error) {
      set({ error: error as ChatClientError })
    }
  })

  const load = async (): Promise<void> => {
    use(roomId)
    if (memberList()?.cursor === undefined) await readPage()
  }

  return {
    ...store.observable((state) => {
      const { memberList, room } = entryOf(state, roomId)
      return [memberList, state.users, room.readReceipts, state.me?.id]
    }, listOf),
    load,
    async loadMore() {
      if (typeof memberList()?.cursor === 'string') await readPage()
    },
    async add(body) {
      const member = await http.send<Member>('POST', path, body)
      return member.isAsked ? member : store.update(takeMember, member)
    },
    update: async (userId, body) => store.update(takeMember, await http.send<Member>('PATCH', [...path, userId], body)),
    remove: (userId, query) => http.send('DELETE', [...path, userId], undefined, { query }),
    get: async (userId) => store.update(takeMember, await http.get<Member>([...path, userId])),
  }
}
