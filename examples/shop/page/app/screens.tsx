import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { Notice } from '../design/notice.js'
import { AccountScreen } from '../screens/account.js'
import { ListingScreen } from '../screens/listing.js'
import { ListingsScreen } from '../screens/listings.js'
import { MailsScreen } from '../screens/mails.js'
import { MessagesScreen } from '../screens/messages.js'
import { OrderScreen } from '../screens/order.js'
import { SellScreen } from '../screens/sell.js'
import type { Account } from './account.js'
import { usePath } from './router.js'

/** Few who come here look after the shop: nobody else loads this. */
const BackOffice = lazy(async () => ({ default: (await import('../screens/back-office.js')).BackOfficeScreen }))

export function Screens({ account }: { account: Account }) {
  const path = usePath()
  return (
    <Screen key={path}>
      <Suspense>{screenOf(path, account)}</Suspense>
    </Screen>
  )
}

/** A screen reader goes on where the new screen begins. */
function Screen({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => main.current?.focus({ preventScroll: true }), [])
  return (
    <main ref={main} tabIndex={-1}>
      {children}
    </main>
  )
}

function screenOf(path: string, account: Account): ReactNode {
  const [, name = '', id = ''] = path.split('/')
  if (name === '') return <ListingsScreen />
  if (name === 'listings') return <ListingScreen id={id} account={account} />
  if (name === 'sell') return <SellScreen />
  if (name === 'messages') return <MessagesScreen />
  if (name === 'orders') return <OrderScreen id={id} account={account} />
  if (name === 'mails') return <MailsScreen />
  if (name === 'account') return <AccountScreen account={account} />
  if (name === 'back-office' && account.isStaff) return <BackOffice />
  return <Notice title="There is no such page in the shop." />
}
