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

/** The values of the `:names` of a path. */
type ParamsOf<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? ParamOf<Segment> & ParamsOf<Rest>
  : ParamOf<Path>

export interface Answer<Body> {
  status: number
  body?: Body
  /** A file instead of a body. The status then depends on what the reader has and requests. */
  file?: ServedFile
}

export interface Services {
  core: Core
  tickets: Tickets
  revocations: Revocations
}

/** A request as it came in. */
interface Incoming extends Services {
  /** Returns who sent it. Throws if nobody is signed in, or if they exceed a rate. */
  authenticate: () => Promise<AuthSession>
  /** Asks the host again who sent it. */
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
  /** Receives the file of a form into a temporary folder. */
  receive: (userId: string) => Promise<Received>
}

/** A request after everything in it was checked against its schema. */
interface Call<Path extends string, Query, Headers, Body> extends Services {
  session: AuthSession
  askAgain: () => Promise<AuthSession>
  /** The caller's id. */
  me: string
  params: ParamsOf<Path>
  query: Query
  headers: Headers
  body: Body
  rates: Rates
  /** Whether the host trusts the caller with every room. */
  isModerator: () => Promise<boolean>
  /** Aborts once nobody waits for the answer. */
  signal: () => AbortSignal
  /** Receives the file of the form into a temporary folder. */
  receive: () => Promise<Received>
}

/** What the API's documents say about a route. */
interface Description {
  /** The name of the operation, for generated clients. */
  name: string
  /** A few words. */
  summary: string
  /** Whole sentences for a reader who does not know the route yet. */
  description: string
  /** Describes parameters that no other route has; the others are in descriptions.ts. */
  parameters?: Readonly<Record<string, ParameterDescription>>
  statuses: readonly number[]
  /** Problems beside those that follow from the rest of the description. */
  refusals?: readonly ProblemCode[]
  /** The rate that it counts against; by default `reads` for GET, else `writes`. */
  rate?: RateName
  /** Everybody else gets `not_found`. */
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
  /** Whether it searches texts or names; then it also counts as a search. */
  isSearch?(query: z.infer<Query>): boolean
  /** How many people it adds to a room. If the answer is that nothing is new, neither they nor the request count. */
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

/** Makes a row of the API. Requests are checked against its schemas before `handle` gets them. */
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
      // Without a schema nothing is read, so a row gets only what it declares.
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
        rates,
        isModerator: given.isModerator,
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

/** Every route has a rate. */
const rateOf = (method: Method): RateName => (method === 'GET' ? 'reads' : 'writes')

/** Throws `not_found` for a text that cannot be an id. */
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

/** Answers a request to make something with 201, or with 200 if it existed before. */
export const made = <Body>(body: Body, created = true): Answer<Body> => ({ status: created ? 201 : 200, body })
