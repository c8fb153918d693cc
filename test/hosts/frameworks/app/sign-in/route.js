import { cookies } from 'next/headers'
import { newSession } from '../../session.mjs'

export async function POST() {
  const { set } = await cookies()
  set('session', await newSession({ id: 'alice', name: 'Alice' }), { httpOnly: true, sameSite: 'lax', path: '/' })
  return new Response(null, { status: 204 })
}
