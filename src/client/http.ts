import type { Problem, ProblemCode } from '../contract/problems.js'
import { ChatClientError } from './api/errors.js'
import type { UploadOptions } from './api/media.js'
import type { ChatClientOptions, Credentials } from './api/options.js'
import { browser } from './browser.js'

const patienceMs = 15_000

interface Asked {
  query?: object | undefined
  body?: unknown
  signal?: AbortSignal | undefined
}

interface Answer {
  status: number
  statusText: string
  text: string
  retryAfter: string | null
}

/** What a proxy in between answers in its own words. */
const foreign: { [status: number]: ProblemCode } = { 401: 'unauthenticated', 413: 'too_large', 429: 'rate_limited' }
for (const status of [502, 503, 504]) foreign[status] = 'unavailable'

const headersOf = (credentials: Credentials): Record<string, string> =>
  typeof credentials === 'string' ? { authorization: `Bearer ${credentials}` } : { ...credentials }

/** The chat's requests, signed in. */
export class Http {
  #credentials: Promise<Credentials> | undefined

  constructor(
    readonly options: ChatClientOptions,
    /** Nobody is signed in any more. */
    readonly onSignedOut: () => void,
  ) {}

  get base(): URL {
    const base = new URL(this.options.url, browser.location?.href)
    base.pathname = base.pathname.replace(/\/+$/, '')
    return base
  }

  /** Who signs in; asked anew where `known` is what was given before. */
  async #signed(known?: Promise<Credentials>): Promise<Record<string, string>> {
    if (known === this.#credentials) this.#credentials = undefined
    this.#credentials ??= Promise.resolve(this.options.auth ? this.options.auth() : {})
    const asked = this.#credentials
    let credentials: Credentials
    try {
      credentials = await asked
    } catch (cause) {
      if (this.#credentials === asked) this.#credentials = undefined
      throw new ChatClientError('unreachable', { cause })
    }
    if (credentials === null) throw this.#signedOut()
    return headersOf(credentials)
  }

  #signedOut(): ChatClientError {
    this.#credentials = undefined
    this.onSignedOut()
    return new ChatClientError('unauthenticated')
  }

  /** Asks anew who is signed in. Whether that is news; with cookies nobody can tell. */
  async renew(): Promise<boolean> {
    const known = this.#credentials
    if (!this.options.auth) return true
    const [before, after] = await Promise.all([known?.catch(() => null), this.#signed(known)])
    return JSON.stringify(after) !== JSON.stringify(headersOf(before ?? null))
  }

  forget(): void {
    this.#credentials = undefined
  }

  async request<T>(method: string, parts: (string | number)[], { query = {}, body, signal }: Asked = {}): Promise<T> {
    const url = this.#url(parts)
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value))
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await this.#insistOnAuth((headers) =>
      this.#fetch(
        url.href,
        { method, headers: { ...headers, ...json }, ...(json && { body: JSON.stringify(body) }) },
        signal,
      ),
    )
    return resultOf<T>(answer)
  }

  async upload<T>(file: Blob, { onProgress, signal, filename }: UploadOptions): Promise<T> {
    const url = this.#url(['media']).href
    const answer = await this.#insistOnAuth((headers) => {
      const form = new FormData()
      form.append('file', file, filename ?? (file as { name?: string }).name ?? 'file')
      // Uploads take as long as they take.
      if (browser.XMLHttpRequest && !this.options.fetch) return this.#xhr(url, headers, form, onProgress, signal)
      return this.#fetch(url, { method: 'POST', headers, body: form }, signal, 0)
    })
    const value = resultOf<T>(answer)
    onProgress?.(1)
    return value
  }

  #url(parts: (string | number)[]): URL {
    const url = this.base
    url.pathname += parts.map((part) => `/${encodeURIComponent(part)}`).join('')
    return url
  }

  /** Once more with new credentials, if there are any. */
  async #insistOnAuth(ask: (headers: Record<string, string>) => Promise<Answer>): Promise<Answer> {
    const signed = this.#signed()
    const used = this.#credentials
    const answer = await ask(await signed)
    if (answer.status !== 401) return answer
    const before = JSON.stringify(await signed)
    const after = await this.#signed(used)
    if (JSON.stringify(after) === before) throw this.#signedOut()
    const again = await ask(after)
    if (again.status === 401) throw this.#signedOut()
    return again
  }

  async #fetch(url: string, init: RequestInit, signal: AbortSignal | undefined, limitMs = patienceMs): Promise<Answer> {
    const controller = new AbortController()
    const abort = () => controller.abort()
    const timer = limitMs > 0 ? setTimeout(abort, limitMs) : undefined
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    try {
      const { fetch = globalThis.fetch, credentials = 'same-origin' } = this.options
      const response = await fetch(url, { ...init, credentials, signal: controller.signal })
      const { status, statusText, headers } = response
      return { status, statusText, text: await response.text(), retryAfter: headers.get('retry-after') }
    } catch (cause) {
      throw new ChatClientError(signal?.aborted ? 'aborted' : 'unreachable', { cause })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** `fetch` does not tell how far it is. */
  #xhr(
    url: string,
    headers: Record<string, string>,
    form: FormData,
    onProgress: UploadOptions['onProgress'],
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = new (browser.XMLHttpRequest as NonNullable<typeof browser.XMLHttpRequest>)()
      const abort = () => request.abort()
      const end = (code: 'aborted' | 'unreachable') => () => reject(new ChatClientError(code))
      request.upload.onprogress = ({ loaded, total }) => onProgress?.(total ? loaded / total : 0)
      request.onload = () => {
        const { status, statusText, responseText: text } = request
        resolve({ status, statusText, text, retryAfter: request.getResponseHeader('retry-after') })
      }
      request.onerror = end('unreachable')
      request.onabort = end('aborted')
      request.open('POST', url)
      request.withCredentials = this.options.credentials === 'include'
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) reject(new ChatClientError('aborted'))
      else request.send(form)
    })
  }
}

function resultOf<T>({ status, text, retryAfter }: Answer): T {
  const value = fromJson(text)
  if (status >= 200 && status < 300 && (value !== undefined || text === '')) return value as T
  throw errorOf(value as Problem | undefined, foreign[status], retryAfter)
}

/** A refusal in the server's own words, if those are a problem. */
export function errorOf(
  value: Problem | undefined,
  code: ProblemCode | undefined,
  retryAfter?: string | null,
): ChatClientError {
  const problem = typeof value?.code === 'string' ? value : undefined
  const seconds = problem?.retryAfter ?? Number(retryAfter ?? Number.NaN)
  return new ChatClientError(problem?.code ?? code ?? 'unreachable', {
    problem,
    retryAfterMs: seconds > 0 ? seconds * 1000 : undefined,
  })
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
