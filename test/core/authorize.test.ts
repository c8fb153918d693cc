import { describe, expect, it } from 'vitest'
import type { Permission } from '../../src/contract/permissions.js'
import { authorize } from '../../src/core/authorize.js'
import type { Context } from '../../src/core/context.js'
import type { PermissionCheck } from '../../src/core/hooks.js'
import type { Membership } from '../../src/core/membership.js'

const room = { id: 'r1', type: 'group', name: 'Room' }

const memberWith = (...held: Permission[]): Membership =>
  ({
    room,
    member: { userId: 'bob', role: 'admin', ...Object.fromEntries(held.map((name) => [name, true])) },
  }) as unknown as Membership

/** A host that says this of each permission it is asked about. */
function hostThat(can?: (question: PermissionCheck) => boolean | undefined) {
  const asked: PermissionCheck[] = []
  const answer = (question: PermissionCheck) => {
    asked.push(question)
    return can?.(question)
  }
  return { asked, context: { hooks: can ? { can: answer } : {} } as unknown as Context }
}

const refused = (detail: string) => expect.objectContaining({ code: 'forbidden', detail })

describe('a member', () => {
  it('may by any one of the permissions that allow it', () => {
    const { context } = hostThat()
    authorize(context, memberWith('canEditMessages'), 'canEditMessages')
    authorize(context, memberWith('canEditMessages'), 'canEditMessages', 'canEditOwnMessages')
    authorize(context, memberWith('canEditOwnMessages'), 'canEditMessages', 'canEditOwnMessages')
  })

  it('may not without one, and is told the last of those that it lacks', () => {
    const { context } = hostThat()
    const nothing = memberWith()
    expect(() => authorize(context, nothing, 'canEditRoom')).toThrow(refused('needs the permission canEditRoom'))
    expect(() => authorize(context, nothing, 'canEditMessages', 'canEditOwnMessages')).toThrow(
      refused('needs the permission canEditOwnMessages'),
    )
  })
})

describe('the application', () => {
  it('has the last word, on a permission that the member holds', () => {
    const { asked, context } = hostThat(() => false)
    const bob = memberWith('canEditRoom')
    expect(() => authorize(context, bob, 'canEditRoom')).toThrow(
      refused('the application does not allow canEditRoom here'),
    )
    const about = { userId: 'bob', role: 'admin', room: { id: 'r1', type: 'group' } }
    expect(asked).toEqual([{ permission: 'canEditRoom', ...about }])
  })

  it('is not asked about what the member lacks, nor about what the host itself does', () => {
    const { asked, context } = hostThat(() => false)
    expect(() => authorize(context, memberWith(), 'canEditRoom')).toThrow(refused('needs the permission canEditRoom'))
    authorize(context, { ...memberWith(), member: undefined }, 'canEditRoom')
    expect(asked).toEqual([])
  })

  it('refuses by false alone, and each permission by itself', () => {
    const bob = memberWith('canEditMessages', 'canEditOwnMessages')
    for (const word of [true, undefined]) authorize(hostThat(() => word).context, bob, 'canEditMessages')
    const { context } = hostThat(({ permission }) => permission !== 'canEditMessages')
    authorize(context, bob, 'canEditMessages', 'canEditOwnMessages')
  })
})
