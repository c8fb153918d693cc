import { createContext, type ReactNode, useContext } from 'react'
import { useAsked } from './ask.js'

/** Who is signed in, as the server says it. */
export interface Account {
  id: string
  name: string
  email: string
  credit: number
  isStaff: boolean
}

interface Session {
  /** Null for nobody, undefined until the server has answered. */
  account: Account | null | undefined
  error: string | undefined
  reload(): Promise<void>
}

const SessionContext = createContext<Session | null>(null)

export function AccountProvider({ children }: { children: ReactNode }) {
  const { data, error, reload } = useAsked<Account | null>('/me')
  return <SessionContext value={{ account: data, error, reload }}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('There is no <AccountProvider> above')
  return session
}
