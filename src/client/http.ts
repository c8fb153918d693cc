import type { Page, PageRequest } from '../contract/fields.js'
import type { Problem, ProblemCode } from '../contract/problems.js'
import { ChatClientError } from './api/errors.js'
import type { NativeFile, UploadOptions } from './api/media.js'
import type { ChatClientOptions } from './api/options.js'
import { browser, ignore } from './browser.js'
import type { KeyedMutex } from './keyed-mutex.js'
import { retryAfterOf, waitAtMost } from './waits.js'

const patienceMs = 15_000

type Headers = Record<string, string>

interface Answer {
  status: number
  retryAfter: string | null
  /** Undefined if it was no JSON. */
  value: unknown
}

export interface HttpListener {
  /** The user is no longer signed in. */
  signedOut(): void
  /** Called for each request. */
  used(isReading: boolean): void
}

export type Http = ReturnType<typeof createHttp>

/** Authenticated requests to the chat. Changes of the same room are requested one after the other. */
export function createHttp(options: ChatClientOptions, mutex: KeyedMutex, listener: HttpListener) {
  const { auth, credentials } = options
  /** The result of the last `auth`. */
  let given: Promise<Headers> | undefined

  /** Not by `URL`, which in React Native resolves nothing. */
  function base(): string {
    const { url } = options
    const { location } = browser
    const isWhole = /^https?:\/\//i.test(url)
    if (!isWhole && !location) {
      const example = 'as https://example.com/chat'
      throw new TypeError(`express-chat: where there is no page, url needs its origin, ${example}; it is ${url}`)
    }
    const whole = isWhole
      ? url.replace(/^https?/i, (scheme) => scheme.toLowerCase())
      : new URL(url, location?.href).href
    return whole.replace(/\/+$/, '')
  }

  function signedOut(): ChatClientError {
    given = undefined
    listener.signedOut()
    return new ChatClientError('unauthenticated')
  }

  async function ask(): Promise<Headers> {
    let answer: Awaited<ReturnType<NonNullable<typeof auth>>> | undefined
    try {
      answer = await auth?.()
    } catch (cause) {
      given = undefined
      throw new ChatClientError('unreachable', { cause })
    }
    if (answer === null) throw signedOut()
    return typeof answer === 'string' ? { authorization: `Bearer ${answer}` } : { ...answer }
  }

  // Called in a promise, so that an `auth` that throws at once is forgotten again, too.
  const signIn = (): Promise<Headers> => (given ??= Promise.resolve().then(ask))

  /** Other credentials if `known` was refused; rejects if `auth` has nothing new. */
  async function again(known = given): Promise<Headers> {
    if (given === known) given = undefined
    const [before, after] = await Promise.all([known, signIn()])
    if (JSON.stringify(before) === JSON.stringify(after)) throw signedOut()
    return after
  }

  async function answered<T>(send: (headers: Headers) => Promise<Answer>, signal?: AbortSignal): Promise<T> {
    try {
      const signed = signIn()
      let answer = await send(await signed)
      if (answer.status === 401) answer = await send(await again(signed))
      const { status, value, retryAfter } = answer
      if (status === 401) throw signedOut()
      if (status === 204) return undefined as T
      if (status >= 200 && status < 300 && value !== undefined) return value as T
      // A proxy in between has its own error text, and often a lower limit than the chat.
      throw errorOf(value as Problem, status === 413 ? 'too_large' : undefined, retryAfter)
    } catch (cause) {
      if (signal?.aborted) throw new ChatClientError('aborted', { cause })
      throw cause instanceof ChatClientError ? cause : new ChatClientError('unreachable', { cause })
    }
  }

  function urlOf(segments: readonly string[], query: object = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = given.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
    return [base(), ...segments.map(encodeURIComponent)].join('/') + (search && `?${search}`)
  }

  /** A file may take long, so only the caller ends that. Of anything else a line that is dead would say nothing for ever. */
  async function fetched(target: string, init: RequestInit, signal: AbortSignal | undefined, isFile: boolean) {
    // Not every platform has `AbortSignal.timeout` and `AbortSignal.any`.
    const controller = new AbortController()
    const abort = () => controller.abort()
    const end = isFile ? ignore : waitAtMost(patienceMs, abort)
    const own = isFile ? (signal ?? null) : controller.signal
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    try {
      const response = await (options.fetch ?? browser.fetch)(target, { ...init, signal: own })
      const { status, headers } = response
      const value = await response.json().catch(ignore)
      return { status, retryAfter: headers.get('retry-after'), value }
    } finally {
      end()
      signal?.removeEventListener('abort', abort)
    }
  }

  /** `fetch` reports no upload progress. */
  const xhr = (target: string, headers: Headers, form: FormData, { onProgress, signal }: UploadOptions) =>
    new Promise<Answer>((resolve, reject) => {
      const request = new (browser.XMLHttpRequest as NonNullable<typeof browser.XMLHttpRequest>)()
      request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded / total || 0)
      request.onload = () => {
        const { status, responseText } = request
        resolve({ status, retryAfter: request.getResponseHeader('retry-after'), value: jsonOf(responseText) })
      }
      request.onerror = request.onabort = reject
      request.open('POST', target)
      request.withCredentials = credentials === 'include'
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      signal?.addEventListener('abort', () => request.abort())
      request.send(form)
      if (signal?.aborted) request.abort()
    })

  async function send<T>(
    method: string,
    segments: readonly string[],
    body?: object,
    { query, signal, onProgress }: { query?: object | undefined } & UploadOptions = {},
  ): Promise<T> {
    const target = urlOf(segments, query)
    const [noun, id] = segments
    const isReading = method === 'GET'
    listener.used(isReading)
    const ask = () =>
      answered<T>((signed) => {
        const isFile = body instanceof FormData
        if (isFile && browser.XMLHttpRequest && !options.fetch) return xhr(target, signed, body, { signal, onProgress })
        const headers = body && !isFile ? { ...signed, 'content-type': 'application/json' } : signed
        const init = { method, credentials, headers, body: isFile ? body : JSON.stringify(body) } as RequestInit
        return fetched(target, init, signal, isFile)
      }, signal)
    return isReading || id === undefined ? ask() : mutex.take(noun === 'rooms' ? id : `${noun}/${id}`, ask)
  }

  const get = <T>(segments: readonly string[], query?: object, signal?: AbortSignal): Promise<T> =>
    send('GET', segments, undefined, { query, signal })

  return {
    options,
    base,
    again,
    get,
    forget: () => {
      given = undefined
    },
    /** A list with `q`, a page at a time. */
    search:
      <T>(...segments: string[]) =>
      (q?: string, { signal, ...page }: PageRequest & { signal?: AbortSignal } = {}): Promise<Page<T>> =>
        get(segments, { q, ...page }, signal),
    send,
    async upload<T>(file: Blob | NativeFile, { filename, ...upload }: UploadOptions = {}): Promise<T> {
      const body = new FormData()
      const name = filename ?? (file as { name?: string }).name ?? 'file'
      if (isNative(file)) body.append('file', { ...file, name } as unknown as string)
      else body.append('file', file, name)
      const value = await send<T>('POST', ['media'], body, upload)
      upload.onProgress?.(1)
      return value
    },
  }
}

/** React Native's `FormData` takes an object that names a file of the device. */
const isNative = (file: Blob | NativeFile): file is NativeFile => typeof (file as NativeFile).uri === 'string'

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The server's error, from its problem document if it sent one. */
export function errorOf(value: Problem | undefined, code?: ProblemCode, retryAfter?: string | null): ChatClientError {
  const problem = value?.code ? value : undefined
  const retryAfterMs = retryAfterOf(problem?.retryAfter ?? retryAfter)
  return new ChatClientError(problem?.code ?? code ?? 'unreachable', { problem, retryAfterMs })
}
