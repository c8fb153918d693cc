import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { id } from '../contract/fields.js'
import { parse } from '../contract/parse.js'
import { notFound, type ProblemCode } from '../contract/problems.js'
import type { Core } from '../core/create-core.js'
import type { AuthSession } from '../core/identity.js'
import type { Received } from '../core/media/media.js'
import type { RateName, Rates } from '../core/rates.js'
import type { Revocations } from '../core/revocations.js'
import type { Tickets } from '../core/tickets.js'
import type { Component } from './component.js'
import { type ParameterDescription, parseHeaders, parseQuery } from './parameters.js'
import type { ServedFile } from './serve-file.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type ParamOf<Segment extends string> = Segment extends `:${infer Name}` ? { [key in Name]: string } : unknown

/** What the `:names` of a path stand for. */
type ParamsOf<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? ParamOf<Segment> & ParamsOf<Rest>
  : ParamOf<Path>

export interface Answer<Body> {
  status: number
  body?: Body
  /** In place of a body: its status follows from what the reader has and asks for. */
  file?: ServedFile
}

export interface Services {
  core: Core
  tickets: Tickets
  revocations: Revocations
}

/** A request as it came in. */
interface Incoming extends Services {
  /** Who sent it; throws where that is nobody, or somebody who does too much. */
  authenticate: () => Promise<AuthSession>
  /** Asks the host once more who sent it. */
  askAgain: () => Promise<AuthSession>
  rates: Rates
  /** Whether the host trusts them with every room. */
  isModerator: () => Promise<boolean>
  url: string
  params: Record<string, string>
  headers: IncomingHttpHeaders
  /** Aborts once nobody waits for the answer. */
  signal: () => AbortSignal
  readBody: () => Promise<unknown>
  /** Takes the file of a form into a temporary folder. */
  receive: (userId: string) => Promise<Received>
}

/** A request of which everything was checked against its schema. */
interface Call<Path extends string, Query, Headers, Body> extends Services {
  session: AuthSession
  askAgain: () => Promise<AuthSession>
  /** The caller's id. */
  me: string
  params: ParamsOf<Path>
  query: Query
  headers: Headers
  body: Body
  /** Aborts once nobody waits for the answer. */
  signal: () => AbortSignal
  /** Takes the file of the form into a temporary folder. */
  receive: () => Promise<Received>
}

/** What the API's documents say of a route. */
interface Description {
  /** Of the operation, for generated clients. */
  name: string
  /** A few words. */
  summary: string
  /** Whole sentences, for who does not know it yet. */
  description: string
  /** What its parameters are, beside those that mean the same on several routes (descriptions.ts). */
  parameters?: Readonly<Record<string, ParameterDescription>>
  statuses: readonly number[]
  /** Beside those that follow from the rest of the description. */
  refusals?: readonly ProblemCode[]
  /** What it counts as; unless given, `reads` where it only reads, else `writes`. */
  rate?: RateName
  /** For all others there is no such path. */
  isForModerators?: true
  /** Takes a form with a file instead of JSON. */
  upload?: true
  /** Answers with bytes instead of JSON. */
  isFile?: true
}

interface Definition<
  Path extends string,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Response extends z.ZodType,
> extends Description {
  query?: Query
  headers?: Headers
  body?: Component<Body>
  response?: Component<Response>
  /** Whether it goes through what was said, or through names: that counts as a search, too. */
  isSearch?(query: z.infer<Query>): boolean
  /** How many people it brings into a room. They, and what it counts as, do not count where all was there already. */
  adds?(body: z.infer<Body>, me: string): number
  handle(call: Call<Path, z.infer<Query>, z.infer<Headers>, z.infer<Body>>): Promise<Answer<NoInfer<z.infer<Response>>>>
}

export interface Route extends Description {
  rate: RateName
  method: Method
  path: string
  query?: z.ZodObject
  headers?: z.ZodObject
  body?: Component
  response?: Component
  answer(incoming: Incoming): Promise<Answer<unknown>>
}

/** One row of the API: what comes in is checked against its schemas before `handle` sees it. */
export function route<
  Path extends string,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Response extends z.ZodType,
>(target: `${Method} ${Path}`, definition: Definition<Path, Query, Headers, Body, Response>): Route {
  const [method, path] = target.split(' ') as [Method, Path]
  const { handle, adds, isSearch, ...described } = definition
  const { query, headers, body } = definition
  const rate = definition.rate ?? rateOf(method)
  return {
    method,
    path,
    ...described,
    rate,
    async answer({ core, tickets, revocations, authenticate, rates, ...given }) {
      const session = await authenticate()
      if (definition.isForModerators && !(await given.isModerator())) throw notFound()
      const params = Object.entries(given.params).map(([name, value]) => [name, idFrom(name, value, session.userId)])
      // Without a schema nothing is read: whoever does not declare it does not get it.
      const asked = (query && parseQuery(query, given.url)) as z.infer<Query>
      if (isSearch?.(asked)) await rates.take('searches', session.userId)
      const parsed = (body && parse(body.schema, await given.readBody())) as z.infer<Body>
      const people = adds?.(parsed, session.userId) ?? 0
      if (people > 0) await rates.take('adds', session.userId, people)
      if (people > 0) await rates.take('invites', session.userId, people)
      const answered = await handle({
        core,
        tickets,
        revocations,
        session,
        askAgain: given.askAgain,
        me: session.userId,
        params: Object.fromEntries(params) as ParamsOf<Path>,
        query: asked,
        headers: (headers && parseHeaders(headers, given.headers)) as z.infer<Headers>,
        body: parsed,
        signal: given.signal,
        receive: () => given.receive(session.userId),
      })
      if (adds && answered.status === 200) {
        await rates.giveBack(rate, session.userId)
        if (people > 0) await rates.giveBack('adds', session.userId, people)
        if (people > 0) await rates.giveBack('invites', session.userId, people)
      }
      return answered
    },
  }
}

/** Nothing is without a rate. */
const rateOf = (method: Method): RateName => (method === 'GET' ? 'reads' : 'writes')

/** What cannot be an id is the id of nothing. */
export function idFrom(name: string, value: string, me: string | undefined): string {
  if (name === 'userId' && value === 'me' && me !== undefined) return me
  const { success, data } = id.safeParse(value)
  if (!success) throw notFound()
  return data
}

export const ok = async <Body>(body: Promise<Body>): Promise<Answer<Body>> => ({ status: 200, body: await body })

export const done = async (work: Promise<void>): Promise<Answer<never>> => {
  await work
  return { status: 204 }
}

/** What was asked for is there now; it may have been there before. */
export const made = <Body>(body: Body, created = true): Answer<Body> => ({ status: created ? 201 : 200, body })
