import request from 'supertest'

export interface Answer {
  status: number
  headers: Headers
  /** Of JSON what it says, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what came, whatever its shape
  body: any
}

export interface Question {
  headers?: Record<string, string>
  body?: string
}

/** Asks a server by `METHOD /path`, and answers whatever its status is. */
export async function call(
  origin: string,
  target: `${string} ${string}`,
  { headers = {}, body }: Question = {},
): Promise<Answer> {
  const [method = '', path = ''] = target.split(' ')
  const asked = request(origin)
    [method.toLowerCase() as 'get'](path)
    .set(headers)
    .redirects(5)
    .ok(() => true)
    .buffer(true)
    .parse(asText)
  const response = await (body === undefined ? asked : asked.send(body))
  const text: string = response.body
  const isJson = response.headers['content-type']?.includes('json')
  return {
    status: response.status,
    headers: new Headers(response.headers),
    body: isJson && text ? JSON.parse(text) : text,
  }
}

/** Whatever its type: superagent would parse some, each by rules of its own. */
function asText(response: unknown, done: (error: Error | null, text: string) => void): void {
  const chunks: Buffer[] = []
  ;(response as NodeJS.ReadableStream)
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => done(null, Buffer.concat(chunks).toString()))
}
