import type { Member, Permission, Role, Room } from 'express-chat/client'
import { useMembers } from 'express-chat/react'
import { Dialog } from '../design/dialog.js'
import { useOverlays } from '../design/overlays.js'
import { Switch } from '../design/switch.js'
import { userName } from '../people/user-name.js'
import { roleNames } from './role-names.js'

const permissions: [Permission, string][] = [
  ['canCreateMessages', 'Write messages'],
  ['canEditOwnMessages', 'Edit their own messages'],
  ['canDeleteOwnMessages', 'Delete their own messages'],
  ['canEditMessages', 'Edit other people’s messages'],
  ['canDeleteMessages', 'Delete other people’s messages'],
  ['canAddUsers', 'Add people'],
  ['canRemoveUsers', 'Remove people'],
  ['canEditRoom', 'Edit the room'],
  ['canDeleteRoom', 'Delete the room'],
]

interface MemberDialogProps {
  room: Room
  member: Member
  onClose(): void
}

/** What a member is and may do; changed at once, by owners. */
export function MemberDialog({ room, member, onClose }: MemberDialogProps) {
  const { handle } = useMembers(room.id)
  const { attempt } = useOverlays()
  const { user, role } = member
  const change = (changes: Parameters<typeof handle.update>[1]) => attempt(() => handle.update(user.id, changes))
  return (
    <Dialog title={userName(user)} onClose={onClose}>
      <label className="field">
        Role
        <small>A new role comes with its usual permissions.</small>
        <select className="input" value={role} onChange={(event) => change({ role: event.target.value as Role })}>
          {Object.entries(roleNames).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend className="picker-label">Permissions</legend>
        {permissions.map(([permission, label]) => (
          <Switch
            key={permission}
            label={label}
            checked={member.permissions[permission]}
            disabled={!member.permissions[permission] && !room.me?.permissions[permission]}
            onChange={(isSet) => change({ permissions: { [permission]: isSet } })}
          />
        ))}
      </fieldset>
    </Dialog>
  )
}
