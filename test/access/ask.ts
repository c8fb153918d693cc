import { type CommandName, commands } from '../../src/contract/frames.js'
import { newId } from '../../src/store/ids.js'
import { Refused } from '../socket.js'
import { type Somebody, type Target, targetIds } from './askers.js'
import { pixel } from './pixel.js'
import type { Row } from './table.js'
import type { World } from './world.js'

export interface Answered {
  status: number
  text: string
  /** Parsed, if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what came, whatever its shape
  body: any
  headers: Record<string, string>
}

/** What a request has other than its row says. */
export interface Change {
  query?: string
  body?: RequestInit['body']
  type?: string
}

const isCommand = (on: string): on is CommandName => Object.hasOwn(commands, on)

/** The ids that a row's path or frame names. */
export const idsOf = ({ on }: Row): (keyof Target)[] => {
  const names = isCommand(on) ? Object.keys(commands[on].shape) : [...on.matchAll(/:(\w+)/g)].map(([, name]) => name)
  return names.filter((name): name is keyof Target => targetIds.some((id) => id === name))
}

/** `:roomId` and the like stand for ids, in paths and in bodies, and `:code` for that of a link. */
const filled = (text: string, target: Target): string =>
  text.replaceAll(/:(\w+Id|code)\b/g, (_, name: keyof Target) => target[name])

export const ask = (world: World, asker: Somebody, row: Row, target: Target): Promise<Answered> =>
  isCommand(row.on) ? overSocket(world, asker, row, target) : overHttp(world, asker, row, target)

export async function overHttp(
  { host }: World,
  asker: Somebody,
  row: Row,
  target: Target,
  change: Change = {},
): Promise<Answered> {
  const [method = '', path = ''] = row.on.split(' ')
  const { query = row.query ?? '', body = bodyOf(row, target), type = 'application/json' } = change
  const hasType = body !== undefined && !(body instanceof FormData) && type !== ''
  const response = await fetch(`${host.origin}/chat${filled(path, target)}${query}`, {
    method,
    headers: { ...(asker === 'nobody' ? {} : { 'x-user': asker }), ...(hasType ? { 'content-type': type } : {}) },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  const headers = Object.fromEntries(response.headers)
  const isJson = headers['content-type']?.includes('json')
  return { status: response.status, text, body: isJson ? JSON.parse(text) : text, headers }
}

function bodyOf({ file, body }: Row, target: Target): FormData | string | undefined {
  if (!file) return body && filled(JSON.stringify(body), target)
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(pixel)]), 'pixel.png')
  return form
}

async function overSocket(world: World, asker: Somebody, row: Row, target: Target): Promise<Answered> {
  try {
    const socket = await world.socket(asker)
    const ids = Object.fromEntries(idsOf(row).map((name) => [name, target[name]]))
    const body = JSON.parse(filled(JSON.stringify(row.body ?? {}), target))
    const { problem, result } = await socket.command(row.on, { ...ids, ...body })
    const told = problem ?? result
    return { status: problem?.status ?? 200, text: JSON.stringify(told), body: told, headers: {} }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { status: error.status, text: error.body, body: JSON.parse(error.body), headers: {} }
  }
}

/** As `403 forbidden`; a success is its status alone. */
export const summary = (answer: Answered | undefined): string => {
  if (!answer) return 'not asked'
  const { status, body } = answer
  return status < 300 ? `${status}` : `${status} ${body.code}`
}

/** Everything that two answers to the same question have in common. */
export function comparable({ status, body, headers }: Answered): object {
  const { requestId, ...problem } = body
  const { 'x-request-id': _, date, ...rest } = headers
  return { status, problem, headers: rest }
}

/** The same as if there had never been what these ids stand for. */
export const never = (target: Target, ...names: (keyof Target)[]): Target => ({
  ...target,
  ...Object.fromEntries(names.map((name) => [name, newId()])),
})
