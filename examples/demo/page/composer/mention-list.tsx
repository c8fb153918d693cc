import type { User } from 'express-chat/client'
import { UserAvatar } from '../design/avatar.js'
import { Icon } from '../design/icon.js'
import { userName } from '../people/user-name.js'
import { everyone } from './mentions.js'
import '../people/people.css'

interface MentionListProps {
  id: string
  users: readonly User[]
  at: number
  onChoose(user: User): void
}

/** Stays without focus, which is in the text: the arrows there move in it, Enter chooses. */
export function MentionList({ id, users, at, onChoose }: MentionListProps) {
  return (
    <div className="mention-list" id={id} role="listbox" aria-label="Mention somebody">
      {users.map((user, n) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text field that owns it keeps the focus.
        // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the text field.
        <div
          key={user.id}
          id={`${id}-${n}`}
          className="person"
          role="option"
          aria-selected={n === at}
          // Focus stays in the text.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(user)}
        >
          {user === everyone ? <Icon name="people" /> : <UserAvatar user={user} size="s" />}
          <span className="ellipsis">{userName(user)}</span>
        </div>
      ))}
    </div>
  )
}
