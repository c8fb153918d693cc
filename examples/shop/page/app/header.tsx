import { useUnread } from 'express-chat/react'
import type { Account } from './account.js'
import { Link } from './router.js'
import './header.css'

export function Header({ account }: { account: Account | null }) {
  return (
    <header className="header">
      <Link href="/" className="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        The shop
      </Link>
      {account && (
        <nav aria-label="The shop">
          <Link href="/sell">Sell</Link>
          <MessagesLink />
          <Link href="/mails">Mails</Link>
          {account.isStaff && <Link href="/back-office">Back office</Link>}
          <Link href="/account">{account.name}</Link>
        </nav>
      )}
    </header>
  )
}

/** With the number of unread messages, which changes by itself. */
function MessagesLink() {
  const { messages } = useUnread()
  return (
    <Link href="/messages">
      Messages
      {messages > 0 && (
        <span className="badge">
          {messages > 99 ? '99+' : messages}
          <span className="for-screen-readers"> unread</span>
        </span>
      )}
    </Link>
  )
}
