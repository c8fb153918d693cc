import { ask, useAsked } from '../app/ask.js'
import { Notice } from '../design/notice.js'

interface Person {
  id: string
  name: string
  email: string
  isStaff: boolean
  lockedAt: string | null
}

/** Accounts are the shop's own: whose is locked is signed out, of the chat as well. */
export function People() {
  const { data, error, reload } = useAsked<Person[]>('/back-office/people')
  if (error) return <Notice text={error} action="Try again" onAction={reload} />
  const lock = async ({ id, lockedAt }: Person) => {
    await ask(`/back-office/people/${id}/lock`, lockedAt ? 'DELETE' : 'PUT')
    await reload()
  }
  return (
    <ul className="list">
      {data?.map((person) => (
        <li key={person.id} className="card row">
          <div className="grow">
            {person.name} {person.lockedAt && <small>(locked)</small>}
            <br />
            <small>{person.email}</small>
          </div>
          {person.isStaff ? (
            <small>of the shop</small>
          ) : (
            <button
              type="button"
              onClick={() => lock(person)}
              aria-label={`${person.lockedAt ? 'Unlock' : 'Lock'} ${person.name}`}
            >
              {person.lockedAt ? 'Unlock' : 'Lock'}
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
