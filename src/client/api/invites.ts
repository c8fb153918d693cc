import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { CreateInvite, Invite, InvitedRoom, NewInvite } from '../../contract/invites.js'
import type { Room } from '../../contract/rooms.js'

/** Links into a room; for who holds `canAddUsers`. */
export interface RoomInvites {
  /**
   * The links of the room, newest first, without their codes; those that have ended are none.
   *
   * @throws `forbidden` without `canAddUsers`, `conflict` for a private room, `not_found` where the room is not there for me;
   * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Invite>>
  /**
   * Makes a link; its code is told this once. It ends when I leave the room, or may add nobody any more.
   *
   * @throws `forbidden` without `canAddUsers`, `conflict` for a private room, and where there are too many,
   * `invalid_request` for an end that has passed, `not_found`.
   */
  create(invite?: CreateInvite): Promise<NewInvite>
  /**
   * Revokes a link of mine; that of somebody else needs `canRemoveUsers`.
   *
   * @throws `forbidden` without the permission, `conflict` for a private room, `not_found`.
   */
  remove(inviteId: string): Promise<void>
}

/** Links that others gave me. */
export interface Invites<Data extends DataTypes = AnyData> {
  /**
   * What I see of the room of a code.
   *
   * @throws `not_found` for a code that is none, has ended, or does not let me in.
   */
  get(code: string): Promise<InvitedRoom>
  /**
   * Joins the room of a code; where I am in it already, nothing changes.
   *
   * @throws `not_found` for a code that is none, has ended, or does not let me in, `blocked`, `forbidden` where the host says
   * no, `conflict` where the room is full or I am in too many, `rejected` by the host.
   */
  join(code: string): Promise<Room<Data>>
}
