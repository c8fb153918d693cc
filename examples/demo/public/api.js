const patienceMs = 15_000

/** A refusal (RFC 9457) from either transport, or the lack of an answer in the same shape. */
export class ProblemError extends Error {
  constructor(problem, retryAfterMs) {
    super(problem.detail ?? problem.title)
    this.problem = problem
    this.code = problem.code
    this.status = problem.status
    this.retryAfterMs = retryAfterMs
  }
}

export const unreachable = () => new ProblemError({ code: 'unreachable', title: 'The server cannot be reached' })
export const disconnected = () => new ProblemError({ code: 'disconnected', title: 'Not connected at the moment' })

/** Would the very same request have a chance a little later? */
export const isTransient = ({ code }) => ['unreachable', 'disconnected', 'unavailable', 'rate_limited'].includes(code)

async function problemOf(response) {
  const isProblem = response.headers.get('content-type')?.includes('json')
  const body = isProblem ? await response.json().catch(() => null) : null
  // A proxy in between answers in its own words.
  const code =
    response.status === 429 ? 'rate_limited' : [502, 503, 504].includes(response.status) ? 'unavailable' : 'unknown'
  return { code, title: response.statusText || 'Something went wrong', ...body, status: response.status }
}

async function request(method, url, { token, body } = {}) {
  const headers = {}
  if (token) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const answer = {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  }

  let response
  try {
    response = await fetch(url, answer)
  } catch {
    throw unreachable()
  }
  if (!response.ok) {
    const seconds = Number(response.headers.get('retry-after'))
    throw new ProblemError(await problemOf(response), seconds > 0 ? seconds * 1000 : undefined)
  }
  if (response.status === 204) return null
  try {
    return await response.json()
  } catch {
    throw unreachable()
  }
}

export const signIn = (username, password) => request('POST', '/api/auth/token', { body: { username, password } })

export const chatUrl = (token, roomId) =>
  `/chat/${roomId ? `${encodeURIComponent(roomId)}/` : ''}?${new URLSearchParams({ token })}`

export const signInUrl = (roomId) => (roomId ? `/?${new URLSearchParams({ room: roomId })}` : '/')

export const adminApi = (token) => ({
  rooms: (cursor) =>
    request('GET', `/api/admin/rooms${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`, { token }),
  createRoom: (room) => request('POST', '/api/admin/rooms', { token, body: room }),
})

/** The library's HTTP API, as much of it as this page reads. What the socket can do as well goes over the socket. */
export function chatApi(token, onSignedOut) {
  const call = async (method, parts, { query, body } = {}) => {
    const path = parts.map(encodeURIComponent).join('/')
    try {
      return await request(method, `/chat/${path}${query ? `?${new URLSearchParams(query)}` : ''}`, { token, body })
    } catch (error) {
      if (error.status === 401) onSignedOut()
      throw error
    }
  }
  const list = (parts, query) => call('GET', parts, { query: { limit: 100, ...query } })

  const all = async (parts) => {
    const items = []
    for (let cursor; cursor !== null; ) {
      const page = await list(parts, cursor ? { cursor } : {})
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }

  return {
    ticket: () => call('POST', ['ws-ticket']),
    rooms: () => all(['rooms']),
    room: (roomId) => call('GET', ['rooms', roomId]),
    publicRooms: (q) => list(['rooms', 'public'], q ? { q } : {}),
    createRoom: (room) => call('POST', ['rooms'], { body: room }),
    messages: (roomId, query) => call('GET', ['rooms', roomId, 'messages'], { query: { limit: 50, ...query } }),
    members: (roomId, cursor) => list(['rooms', roomId, 'members'], cursor ? { cursor } : {}),
    addMember: (roomId, userId) => call('POST', ['rooms', roomId, 'members'], { body: { userId } }),
    join: (roomId) => call('POST', ['rooms', roomId, 'members'], { body: { userId: 'me' } }),
    leave: (roomId) => call('DELETE', ['rooms', roomId, 'members', 'me']),
    updateMe: (changes) => call('PATCH', ['users', 'me'], { body: changes }),
    searchUsers: (q) => call('GET', ['users'], { query: { q, limit: 20 } }),
  }
}
