import { useState } from 'react'
import { useSession } from '../app/account.js'
import { ask } from '../app/ask.js'
import { Field, Form } from '../design/form.js'

export function SignInScreen() {
  const { reload } = useSession()
  const [isNew, setIsNew] = useState(false)
  const enter = async (fields: FormData) => {
    await ask(isNew ? '/accounts' : '/session', 'POST', Object.fromEntries(fields))
    await reload()
  }
  return (
    <main>
      <div className="narrow stack">
        <h1>{isNew ? 'Join the shop' : 'Good to see you'}</h1>
        <div className="card">
          <Form action={isNew ? 'Make an account' : 'Sign in'} onSubmit={enter}>
            {isNew && (
              <Field label="Name">
                <input name="name" autoComplete="name" required />
              </Field>
            )}
            <Field label="E-mail">
              <input name="email" type="email" autoComplete="email" required />
            </Field>
            <Field label="Password">
              <input
                name="password"
                type="password"
                autoComplete={isNew ? 'new-password' : 'current-password'}
                required
              />
            </Field>
          </Form>
        </div>
        <button type="button" onClick={() => setIsNew(!isNew)}>
          {isNew ? 'I have an account' : 'I am new here'}
        </button>
      </div>
    </main>
  )
}
