import { createChatClient } from 'express-chat/client'
import { ChatProvider, useConnection } from 'express-chat/react'
import { useEffect, useMemo } from 'react'
import { Notice } from '../design/notice.js'
import { SignInScreen } from '../screens/sign-in.js'
import { type Account, useSession } from './account.js'
import { Header } from './header.js'
import { Screens } from './screens.js'

export function App() {
  const { account, error, reload } = useSession()
  if (error) return <Notice title={error} action="Try again" onAction={reload} />
  if (account === undefined) return null
  return account ? <SignedIn key={account.id} account={account} /> : <SignedOut />
}

/** One client of the chat for all screens: the cookie of the shop signs it in. */
function SignedIn({ account }: { account: Account }) {
  const client = useMemo(() => createChatClient({ url: '/chat', storage: localStorage }), [])
  return (
    <ChatProvider client={client}>
      <SessionEnd />
      <Header account={account} />
      <Screens account={account} />
    </ChatProvider>
  )
}

/** Who is locked, or signed out elsewhere, sees it at once: the chat's socket ends with the session. */
function SessionEnd() {
  const { reload } = useSession()
  const { status } = useConnection()
  useEffect(() => {
    if (status === 'signed-out') void reload()
  }, [status, reload])
  return null
}

function SignedOut() {
  return (
    <>
      <Header account={null} />
      <SignInScreen />
    </>
  )
}
