import { describe, expect, it } from 'vitest'
import { noMembers, takeMember, takeMembers } from '../../../src/client/state/members.js'
import { takeRoom } from '../../../src/client/state/rooms.js'
import { entryOf, initialState, patch } from '../../../src/client/state/state.js'
import { memberOf, roomOf, userOf } from './room-model.js'

describe('a member', () => {
  const asked = patch(takeRoom({ ...initialState, me: userOf('alice') }, roomOf('room')), 'room', {
    memberList: noMembers,
  })
  const bookOf = (state: typeof asked) => entryOf(state, 'room').memberList
  const told = (role: 'admin' | 'member', revision: number) => memberOf('room', 'bob', { role, revision })

  it('is as told last, of two of one revision as told again, and has read as far as either says', () => {
    const roleOf = (...members: ReturnType<typeof told>[]) => {
      const state = members.reduce((known, member) => takeMember(known, member), asked)
      return bookOf(state)?.byId.get('bob')?.member.role
    }
    expect(roleOf(told('admin', 6), told('member', 5))).toBe('admin')
    expect(roleOf(told('admin', 6), told('member', 6))).toBe('member')
    expect(roleOf(told('admin', 6), told('member', 7))).toBe('member')
    const late = takeMember(takeMember(asked, told('admin', 6)), { ...told('member', 5), lastReadSeq: 4 })
    expect(bookOf(late)?.markers.get('bob')).toBe(4)
  })

  it('is not back by an older page once they are gone', () => {
    const gone = takeMember(asked, told('member', 6), true)
    const page = takeMembers(gone, { items: [told('member', 5)], nextCursor: null }, 0, 'room')
    expect(bookOf(page)?.byId.get('bob')?.isGone).toBe(true)
    expect(bookOf(takeMember(page, told('member', 7)))?.byId.get('bob')?.isGone).toBe(false)
  })
})
