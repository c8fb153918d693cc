const prefix = 'express-chat-demo account '
const lastKey = 'express-chat-demo last account'

/** Who a token is of; the server is who checks it. */
function subjectOf(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0))
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub)
  } catch {
    return 'somebody'
  }
}

/** Keeps a token in this browser, and gives the name of the account that `tokenOf` finds it by. */
export function keep(token: string): string {
  const account = subjectOf(token)
  try {
    localStorage.setItem(prefix + account, token)
    localStorage.setItem(lastKey, account)
  } catch {}
  return account
}

/** The token of an account, or, of null, of the one that was used last; null if there is none. */
function tokenOf(account: string | null): string | null {
  try {
    const name = account ?? localStorage.getItem(lastKey)
    return name === null ? null : localStorage.getItem(prefix + name)
  } catch {
    return null
  }
}

export function forget(account: string): void {
  try {
    localStorage.removeItem(prefix + account)
    localStorage.removeItem(lastKey)
  } catch {}
}

/**
 * Who is here. A link may bring a token, which leaves the address and the history before anything else happens: it would be
 * seen there, shared, and kept. What stays is the name of the account, so that several can be signed in in one browser, each in
 * tabs of its own.
 */
export function arrive(): { account: string; token: string } | null {
  const address = new URL(location.href)
  const brought = address.searchParams.get('token')
  if (brought !== null) {
    const account = keep(brought)
    address.searchParams.delete('token')
    address.searchParams.set('as', account)
    history.replaceState(history.state, '', address)
    return { account, token: brought }
  }
  const token = tokenOf(address.searchParams.get('as'))
  return token === null ? null : { account: subjectOf(token), token }
}
