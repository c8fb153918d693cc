import type { Member, Room } from 'express-chat/client'
import { useChatClient, useMe, useMembers } from 'express-chat/react'
import { useState } from 'react'
import { openRoom } from '../app/address.js'
import { LiveAvatar } from '../design/avatar.js'
import { explain } from '../design/explain.js'
import { IconButton } from '../design/icon-button.js'
import { MenuButton, type MenuItem } from '../design/menu.js'
import { useOverlays } from '../design/overlays.js'
import { plural } from '../design/plural.js'
import { useRoving } from '../design/roving.js'
import { useUntil } from '../design/use-until.js'
import { useBlocking } from '../people/blocking.js'
import { userName } from '../people/user-name.js'
import { AddPeopleDialog } from './add-people-dialog.js'
import { BanDialog } from './ban-dialog.js'
import { MemberDialog } from './member-dialog.js'
import { roleNames } from './role-names.js'
import { SilenceDialog } from './silence-dialog.js'
import '../people/people.css'

/** Who is in a room, and what I may do with each. */
export function MemberList({ room }: { room: Room }) {
  const { items, status, error, hasMore, handle } = useMembers(room.id)
  const [isAdding, setIsAdding] = useState(false)
  const [governed, setGoverned] = useState<string | null>(null)
  const list = useRoving<HTMLUListElement>({ items: '.icon-button', typeAhead: true })
  const member = items.find(({ user }) => user.id === governed)
  return (
    <section aria-label="Members">
      <header>
        <h3>{plural(room.memberCount, 'member')}</h3>
        {room.me?.permissions.canAddUsers && (
          <IconButton icon="people-add" label="Add people" onClick={() => setIsAdding(true)} />
        )}
      </header>
      <ul className="person-list" aria-label="People in this room" tabIndex={-1} {...list}>
        {items.map((each) => (
          <MemberRow
            key={each.user.id}
            room={room}
            member={each}
            onGovern={() => setGoverned(each.user.id)}
            // The buttons go with their row, and the focus must not go with them.
            onGone={() => list.ref.current?.focus()}
          />
        ))}
      </ul>
      {status === 'failed' && <p className="form-error">{error && explain(error)}</p>}
      {hasMore && (
        <button type="button" className="button small" onClick={() => handle.loadMore()}>
          Show more
        </button>
      )}
      {isAdding && <AddPeopleDialog room={room} onClose={() => setIsAdding(false)} />}
      {member && <MemberDialog room={room} member={member} onClose={() => setGoverned(null)} />}
    </section>
  )
}

interface MemberRowProps {
  room: Room
  member: Member
  onGovern(): void
  /** They are in the room no more, or will not be in a moment. */
  onGone(): void
}

function MemberRow({ room, member, onGovern, onGone }: MemberRowProps) {
  const { user, role } = member
  const me = useMe()
  const client = useChatClient()
  const { handle } = useMembers(room.id)
  const { bans } = client.room(room.id)
  const { attempt, confirm } = useOverlays()
  const isMe = user.id === me?.id
  const name = userName(user)
  const isSilenced = useUntil(member.silencedUntil)

  const [open, setOpen] = useState<'silence' | 'ban' | null>(null)
  const canKeepOut = !isMe && role !== 'owner' && room.me?.permissions.canRemoveUsers
  const blocking = useBlocking(user.id, name)

  const write = () =>
    attempt(async () => openRoom((await client.rooms.create({ type: 'private', userIds: [user.id] })).id))
  const remove = async () => {
    const question = room.isPublic
      ? `${name} will be banned, since anybody can join this room.`
      : `${name} will no longer see this room.`
    if (!(await confirm({ title: `Remove ${name}?`, question, action: 'Remove' }))) return
    if (await attempt(() => handle.remove(user.id))) onGone()
  }
  const items: (MenuItem | false | undefined)[] = [
    !isMe && !blocking.isBlocked && { label: 'Send a private message', icon: 'message', onSelect: write },
    !isMe && blocking.item,
    room.me?.role === 'owner' && { label: 'Role and permissions', icon: 'lock', onSelect: onGovern },
    canKeepOut && { label: 'Silence', icon: 'bell-off', onSelect: () => setOpen('silence') },
    canKeepOut && { label: 'Remove from room', icon: 'leave', isDangerous: true, onSelect: remove },
    canKeepOut && { label: 'Ban', icon: 'block', isDangerous: true, onSelect: () => setOpen('ban') },
  ]
  return (
    <li className="person">
      <LiveAvatar user={user} />
      <span className="grow">
        <b className="ellipsis" dir="auto">
          {name}
          {isMe && ' (you)'}
        </b>
        {user.description && (
          <small className="ellipsis" dir="auto">
            {user.description}
          </small>
        )}
      </span>
      {isSilenced && <span className="tag">Silenced</span>}
      {blocking.isBlocked && <span className="tag">Blocked</span>}
      {role !== 'member' && <span className="tag">{roleNames[role]}</span>}
      <MenuButton
        icon="more"
        label={`More about ${name}`}
        small
        name={name}
        items={items.filter((item): item is MenuItem => Boolean(item))}
      />
      {open === 'silence' && (
        <SilenceDialog
          user={user}
          silencedUntil={member.silencedUntil}
          onSilence={(silencedUntil) => handle.update(user.id, { silencedUntil })}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'ban' && (
        <BanDialog
          user={user}
          onBan={(ban) => bans.set(user.id, ban)}
          onBanned={onGone}
          onClose={() => setOpen(null)}
        />
      )}
    </li>
  )
}
