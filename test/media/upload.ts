import type { Answer, TestHost } from '../host.js'

/** Uploads a file as a browser's form does. */
export async function upload(
  { origin }: Pick<TestHost, 'origin'>,
  userId: string,
  bytes: Uint8Array | string,
  filename = 'cat.png',
  type = 'image/png',
): Promise<Answer> {
  const form = new FormData()
  form.append('file', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], { type }), filename)
  return sendForm({ origin }, userId, form)
}

export async function sendForm({ origin }: Pick<TestHost, 'origin'>, userId: string, body: FormData): Promise<Answer> {
  const response = await fetch(`${origin}/chat/media`, { method: 'POST', headers: { 'x-user': userId }, body })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

export interface Fetched {
  status: number
  headers: Headers
  bytes: Buffer
}

/** Fetches a path of the API as it is, signed or not. */
export async function fetchFile(
  { origin }: Pick<TestHost, 'origin'>,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Fetched> {
  const response = await fetch(`${origin}${path}`, { method, headers, redirect: 'manual' })
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}
