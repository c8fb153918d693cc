import type { List, Page } from '../contract/fields.js'
import type { Problem, ProblemCode } from '../contract/problems.js'
import { ChatClientError } from './api/errors.js'
import type { UploadOptions } from './api/media.js'
import type { ChatClientOptions } from './api/options.js'
import { browser, ignore } from './browser.js'

const patienceMs = 15_000

type Headers = Record<string, string>

export type Http = ReturnType<typeof createHttp>

/** The chat's requests, signed in. `onSignedOut`: nobody is any more. */
export function createHttp(options: ChatClientOptions, onSignedOut: () => void) {
  const { auth, credentials } = options
  /** What signs in, as it was last given. */
  let given: Promise<Headers> | undefined

  const base = (): string => new URL(options.url, browser.location?.href).href.replace(/\/+$/, '')

  function signedOut(): ChatClientError {
    given = undefined
    onSignedOut()
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

  const signIn = (): Promise<Headers> => (given ??= ask())

  /** What signs in where `known` did not; rejects where there is nothing new. */
  async function again(known = given): Promise<Headers> {
    if (given === known) given = undefined
    const [before, after] = await Promise.all([known, signIn()])
    if (JSON.stringify(before) === JSON.stringify(after)) throw signedOut()
    return after
  }

  async function answered<T>(send: (headers: Headers) => Promise<Response>, signal?: AbortSignal): Promise<T> {
    try {
      const signed = signIn()
      let response = await send(await signed)
      if (response.status === 401) response = await send(await again(signed))
      if (response.status === 401) throw signedOut()
      if (response.status === 204) return undefined as T
      const value = await response.json().catch(ignore)
      if (response.ok && value !== undefined) return value as T
      // A proxy in between has its own words, and often a limit that is lower than the chat's.
      const code = response.status === 413 ? 'too_large' : undefined
      throw errorOf(value as Problem, code, response.headers.get('retry-after'))
    } catch (cause) {
      if (signal?.aborted) throw new ChatClientError('aborted', { cause })
      throw cause instanceof ChatClientError ? cause : new ChatClientError('unreachable', { cause })
    }
  }

  const url = (parts: readonly string[], query: object = {}): string => {
    const made = new URL([base(), ...parts.map(encodeURIComponent)].join('/'))
    for (const [key, value] of Object.entries(query)) if (value !== undefined) made.searchParams.set(key, value)
    return made.href
  }

  /** `fetch` does not tell how far it is. */
  const xhr = (target: string, headers: Headers, form: FormData, { onProgress, signal }: UploadOptions) =>
    new Promise<Response>((resolve, reject) => {
      const request = new (browser.XMLHttpRequest as NonNullable<typeof browser.XMLHttpRequest>)()
      request.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded / total || 0)
      request.onload = () => {
        const { status, responseText } = request
        const headers = { 'retry-after': request.getResponseHeader('retry-after') ?? '' }
        resolve(new Response(responseText, { status, headers }))
      }
      request.onerror = request.onabort = reject
      request.open('POST', target)
      request.withCredentials = credentials === 'include'
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      signal?.addEventListener('abort', () => request.abort())
      request.send(form)
      if (signal?.aborted) request.abort()
    })

  function send<T>(
    method: string,
    parts: readonly string[],
    body?: object,
    { query, signal, onProgress }: { query?: object | undefined } & UploadOptions = {},
  ): Promise<T> {
    return answered<T>((signed) => {
      const target = url(parts, query)
      const isFile = body instanceof FormData
      if (isFile && browser.XMLHttpRequest && !options.fetch) return xhr(target, signed, body, { signal, onProgress })
      return (options.fetch ?? browser.fetch)(target, {
        ...{ method, credentials },
        headers: body && !isFile ? { ...signed, 'content-type': 'application/json' } : signed,
        body: isFile ? body : JSON.stringify(body),
        // A file takes as long as it takes, and who can cancel has a patience of their own.
        signal: signal ?? (isFile ? null : AbortSignal.timeout(patienceMs)),
      } as RequestInit)
    }, signal)
  }

  const get = <T>(parts: readonly string[], query?: object, signal?: AbortSignal): Promise<T> =>
    send('GET', parts, undefined, { query, signal })

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
      <T>(...parts: string[]) =>
      (q?: string, { signal, ...page }: Page & { signal?: AbortSignal } = {}): Promise<List<T>> =>
        get(parts, { q, ...page }, signal),
    send,
    async upload<T>(file: Blob, { filename, ...upload }: UploadOptions = {}): Promise<T> {
      const body = new FormData()
      body.append('file', file, filename ?? (file as { name?: string }).name ?? 'file')
      const value = await send<T>('POST', ['media'], body, upload)
      upload.onProgress?.(1)
      return value
    },
  }
}

/** A refusal in the server's own words, if those are a problem. */
export function errorOf(value: Problem | undefined, code?: ProblemCode, retryAfter?: string | null): ChatClientError {
  const problem = value?.code ? value : undefined
  const retryAfterMs = 1_000 * (problem?.retryAfter ?? Number(retryAfter)) || undefined
  return new ChatClientError(problem?.code ?? code ?? 'unreachable', { problem, retryAfterMs })
}
