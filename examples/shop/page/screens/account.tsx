import { useChatClient } from 'express-chat/react'
import { type Account, useSession } from '../app/account.js'
import { ask } from '../app/ask.js'
import { navigate } from '../app/router.js'
import { Form } from '../design/form.js'
import { money } from '../design/money.js'

export function AccountScreen({ account }: { account: Account }) {
  const client = useChatClient()
  const { reload } = useSession()
  const leave = async (path: string) => {
    await ask(path, 'DELETE')
    client.close()
    navigate('/')
    await reload()
  }
  return (
    <div className="narrow stack">
      <h1>{account.name}</h1>
      <div className="card stack">
        <p>{account.email}</p>
        <p>{money(account.credit)} to spend</p>
        <Form action="Sign out" onSubmit={() => leave('/session')}>
          {null}
        </Form>
      </div>
      <div className="card stack">
        <h2>Delete my account</h2>
        <p>Your listings, your mails and all that you have written go with it, at once and for good.</p>
        <Form action="Delete my account" isDangerous onSubmit={() => leave('/me')}>
          <label className="row">
            <input type="checkbox" className="box" required /> I mean it
          </label>
        </Form>
      </div>
    </div>
  )
}
