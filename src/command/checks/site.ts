import { randomBytes } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { subprotocol } from '../../contract/frames.js'
import { CommandError } from '../command.js'
import type { Finding } from '../finding.js'

const patienceMs = 10_000

export interface Site {
  /** Where the chat is mounted, as browsers see it. */
  url: string
  /** Pages of other sites that are to use it. */
  origins: string[]
  /** What signs somebody in. */
  headers: Record<string, string>
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

const found = (level: Finding['level'], what: string, mend: string, why?: string): Finding => ({
  ...{ level, about: 'site', what, mend },
  ...(why && { why }),
})

const proxies = 'docs/hosts.md#behind-a-reverse-proxy has the lines for nginx and Caddy'

/** Asks a chat that runs, through whatever stands before it. */
export async function checkSite(site: Site): Promise<Finding[]> {
  const url = addressOf(site.url)
  const ask = (path: string, headers = {}, method = 'GET') =>
    answerOf(`${url}${path}`, { ...site.headers, ...headers }, method)
  const me = await ask('/users/me').catch((error: NodeJS.ErrnoException) => error.message || String(error.code))
  if (typeof me === 'string')
    return [found('wrong', `nothing answers at ${url} (${me})`, 'look at the address, and whether the server runs')]
  if (!isOurs(me)) {
    const mend = `look at where app.use mounts the router, at \`path\`, and at what your proxy passes on; ${proxies}`
    return [found('wrong', `${url}/users/me is not answered by a chat (${me.status})`, mend)]
  }
  const isLocal = /^(localhost|127\.|\[::1\])/.test(new URL(url).host)
  const isOpen = url.startsWith('http:') && !isLocal
  return [
    ...(me.status === 503
      ? [found('wrong', 'the chat is there, and not available', `its log says why: ${detailOf(me)}`)]
      : []),
    ...(isOpen
      ? [
          found(
            'wrong',
            `${url} is not encrypted`,
            'serve it by https',
            'whoever is in between reads what signs people in',
          ),
        ]
      : []),
    ...(await checkDocuments(ask)),
    ...(await checkUpgrade(url, site.headers, ask)),
    ...(await Promise.all(site.origins.map((origin) => checkOrigin(url, origin, ask)))).flat(),
    found(
      'unknown',
      'how long a proxy keeps a silent socket, and how large a body may be',
      `let them be more than 25 s and limits.fileBytes; ${proxies}`,
    ),
  ]
}

function addressOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new CommandError('--url is the address of the chat, as https://example.com/chat')
  return url.replace(/\/+$/, '')
}

type Ask = (path: string, headers?: object, method?: string) => Promise<Answer>

async function checkDocuments(ask: Ask): Promise<Finding[]> {
  const { status } = await ask('/openapi.json')
  return status === 200
    ? []
    : [
        found(
          'advice',
          `the documents of the API are not served (${status})`,
          'leave out `docs: false`, if they are to be',
        ),
      ]
}

async function checkUpgrade(url: string, headers: Record<string, string>, ask: Ask): Promise<Finding[]> {
  const plain = await ask('/ws')
  const upgraded = await upgrade(url, headers)
  const isWithout = upgraded.status === plain.status && codeOf(upgraded) === codeOf(plain)
  if (upgraded.status !== 101 && (!isOurs(upgraded) || isWithout)) {
    const said = `${upgraded.status} ${codeOf(upgraded) ?? ''}`.trim()
    const mend = `let the proxy pass Upgrade and Connection on, by HTTP/1.1; without one, call chat.attach(server) with the server that listens. ${proxies}`
    return [
      found('wrong', `no upgrade gets to the chat: ${url}/ws is answered with ${said}`, mend, 'no page gets a socket'),
    ]
  }
  if (upgraded.status === 503)
    return [found('wrong', `the chat takes no sockets: ${detailOf(upgraded)}`, 'its log says why')]
  // As pages of the site itself ask.
  const own = await upgrade(url, { ...headers, origin: new URL(url).origin })
  if (own.status !== 403) return []
  const mend = `let the proxy pass Host on as it came, with its port, and X-Forwarded-Proto; ${proxies}`
  return [
    found(
      'wrong',
      'the chat takes pages of its own site for those of another',
      mend,
      'it answers their sockets, and what they change, with 403',
    ),
  ]
}

async function checkOrigin(url: string, origin: string, ask: Ask): Promise<Finding[]> {
  const asking = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,authorization',
  }
  const [preflight, answer] = [await ask('/rooms', asking, 'OPTIONS'), await ask('/users/me', { origin })]
  const mend = `app.use('/chat', cors({ origin: '${origin}', credentials: true, exposedHeaders: ['Retry-After'] }), chat.router): docs/hosts.md#cors`
  const isAllowed = ({ headers }: Answer) => headers['access-control-allow-origin'] === origin
  const findings: Finding[] = []
  if (!isAllowed(preflight) || !isAllowed(answer)) {
    const said = preflight.headers['access-control-allow-origin'] ?? 'nothing'
    findings.push(found('wrong', `pages of ${origin} may not ask the chat: it allows ${said}`, mend))
  } else {
    if (preflight.headers['access-control-allow-credentials'] !== 'true') {
      findings.push(
        found('advice', `pages of ${origin} may not send cookies`, `${mend}; without cookies, leave it as it is`),
      )
    }
    if (!/\bretry-after\b/i.test(String(answer.headers['access-control-expose-headers'] ?? ''))) {
      findings.push(
        found('advice', `pages of ${origin} do not see Retry-After`, mend, 'the client has to guess how long it waits'),
      )
    }
  }
  const { status } = await upgrade(url, { origin })
  if (status === 403) {
    findings.push(
      found(
        'wrong',
        `pages of ${origin} get no sockets`,
        `createChatRouter({ …, origins: ['${origin}'] })`,
        'no CORS is asked for sockets',
      ),
    )
  }
  return findings
}

const codeOf = ({ body }: Answer): string | undefined => problemIn(body)?.code
const detailOf = ({ body }: Answer): string => problemIn(body)?.detail ?? problemIn(body)?.title ?? 'it does not say'

function problemIn(body: string): { code?: string; detail?: string; title?: string } | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A problem of ours, or what we answer where all is well. */
const isOurs = ({ status, headers, body }: Answer): boolean => {
  const type = String(headers['content-type'])
  if (type.startsWith('application/problem+json')) return problemIn(body)?.code !== undefined
  return status === 200 && type.startsWith('application/json')
}

function answerOf(url: string, headers: Record<string, string>, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp
    const request = send(url, { method, headers, timeout: patienceMs, agent: false })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${patienceMs / 1000} s`)))
    request.on('error', reject)
    request.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve({ status: 101, headers: {}, body: '' })
    })
    request.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        if (body.length < 100_000) body += text
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.end()
  })
}

const upgrade = (url: string, headers: Record<string, string>): Promise<Answer> =>
  answerOf(
    `${url}/ws`,
    {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': subprotocol,
      ...headers,
    },
    'GET',
  ).catch((error: NodeJS.ErrnoException) => ({
    status: 0,
    headers: {},
    body: JSON.stringify({ code: error.code ?? error.message }),
  }))
