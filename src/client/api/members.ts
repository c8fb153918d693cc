import type { AddMember, Member } from '../../contract/members.js'
import type { Role, SomePermissions } from '../../contract/permissions.js'
import type { ChatClientError } from './errors.js'
import type { Topic } from './topic.js'

export interface MemberList {
  /** In the order in which they joined, as many as were loaded, and those who came since. */
  items: readonly Member[]
  status: 'idle' | 'loading' | 'ready' | 'failed'
  error: ChatClientError | null
  hasMore: boolean
}

/** A room's members. */
export interface Members extends Topic<MemberList> {
  /** Loads the first 100, unless they are there. Never rejects: see `status`. */
  load(): Promise<void>
  /** Loads the next 100. */
  loadMore(): Promise<void>
  /** Adds somebody; needs `canAddUsers`. */
  add(input: AddMember): Promise<Member>
  /** Changes somebody's role (which brings its preset) and permissions; for owners. */
  update(userId: string, changes: { role?: Role; permissions?: SomePermissions }): Promise<Member>
  /** Removes somebody; needs `canRemoveUsers`. */
  remove(userId: string): Promise<void>
  /** Asks the server for one. */
  get(userId: string): Promise<Member>
}
