/** What the host of the demo answers beside the chat. */
async function ask<T>(path: string, token: string | null, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  const { title = `The server answered ${response.status}`, detail } = answer
  throw new Error(detail ? `${title}: ${detail}` : title)
}

/** Resolves with the token of whoever this is: in the demo everyone has the same password. */
export async function signIn(username: string, password: string): Promise<string> {
  return (await ask<{ token: string }>('/api/auth/token', null, { username, password })).token
}

/** Asks as somebody who is signed in. */
export const askAs =
  (token: string) =>
  <T>(path: string, body?: unknown): Promise<T> =>
    ask<T>(path, token, body)
