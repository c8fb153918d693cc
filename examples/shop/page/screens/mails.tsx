import { useAsked } from '../app/ask.js'
import { Notice } from '../design/notice.js'
import { shortTime } from '../design/time.js'

interface Mail {
  id: string
  subject: string
  text: string
  createdAt: string
}

/** What the shop would have sent by mail, where it has no mail server. */
export function MailsScreen() {
  const { data, error, reload } = useAsked<Mail[]>('/mails')
  if (error) return <Notice title={error} action="Try again" onAction={reload} />
  if (data?.length === 0)
    return <Notice title="No mail was sent to you" text="One is, once you have something to read and are away." />
  return (
    <>
      <h1>Mails to you</h1>
      <ul className="list">
        {data?.map(({ id, subject, text, createdAt }) => (
          <li key={id} className="card">
            <div className="row">
              <h2 className="grow">{subject}</h2>
              <small>{shortTime(createdAt)}</small>
            </div>
            <p className="mail-text">{withLinks(text)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

const withLinks = (text: string) =>
  text.split(/(https?:\S+)/).map((part, n) =>
    n % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part}>
        {part}
      </a>
    ),
  )
