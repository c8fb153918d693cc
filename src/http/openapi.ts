import { z } from 'zod'
import { ChatError, type ProblemCode, problemCodes } from '../contract/problems.js'
import type { Component } from './component.js'
import { components } from './components.js'
import { parameterDescriptions, tags } from './descriptions.js'
import { type JsonSchema, jsonSchemasOf, override, refTo } from './json-schema.js'
import type { Route } from './route.js'

export const securitySchemeTypes = ['apiKey', 'http', 'mutualTLS', 'oauth2', 'openIdConnect'] as const

/** How callers sign in to the application, as an OpenAPI Security Scheme Object. */
export interface SecurityScheme {
  /** One of those of OpenAPI 3.1. */
  type: (typeof securitySchemeTypes)[number]
  /** What a developer has to know of it. */
  description?: string
  /** The rest is as the type asks for: `scheme`, `in` and `name`, `flows`, `openIdConnectUrl`. */
  [field: string]: unknown
}

/** How users sign in, by names of the host's choice. */
export type SecuritySchemes = Readonly<Record<string, SecurityScheme>>

/** What only the host knows of the API's documents. */
export interface Docs {
  /**
   * How your users sign in, by names of your choice; any one of them lets a caller in.
   * `{ session: { type: 'apiKey', in: 'cookie', name: 'sid' } }`, for example. A bearer token unless given.
   */
  securitySchemes?: SecuritySchemes
  /** Whom developers may ask about the API. */
  contact?: {
    /** What they are called. */
    name?: string
    /** Their page. */
    url?: string
    /** Their address. */
    email?: string
  }
}

/** The default: a token in the Authorization header, as `jwtUser` takes it. */
const bearer: SecuritySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'As the application signs its users in.' },
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: JsonSchema
  example: unknown
}

interface Content {
  [type: string]: { schema: JsonSchema; example?: unknown }
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  parameters: Parameter[]
  requestBody?: { required: true; content: Content }
  responses: Record<string, { $ref: string } | { description: string; headers?: object; content?: Content }>
}

export interface OpenApi {
  openapi: string
  info: { title: string; version: string; description: string; license: object; contact: object }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  security: Record<string, string[]>[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, JsonSchema>
    responses: Record<string, { description: string; [field: string]: unknown }>
    securitySchemes: SecuritySchemes
  }
}

/** The `info` of both documents. */
export const infoOf = ({ contact = { name: 'express-chat' } }: Docs, description: string) => ({
  title: 'express-chat',
  version: '1.0.0',
  description,
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  contact,
})

/** Describes the API as OpenAPI 3.1. The host decides how callers sign in: any one of its schemes is enough. */
export function openApi(routes: readonly Route[], mount: string, docs: Docs = {}): OpenApi {
  const { securitySchemes = bearer } = docs
  const paths: OpenApi['paths'] = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.1',
    info: infoOf(docs, 'Rooms, members, messages and reactions. Whoever you are to the application, you are here.'),
    servers: [{ url: mount }],
    tags: tags
      .filter(({ name }) => routes.some(({ path }) => tagOf(path) === name))
      .map(({ name, description }) => ({ name, description })),
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    paths,
    components: {
      schemas: jsonSchemasOf(components, 'draft-2020-12'),
      responses: problemResponses(),
      securitySchemes,
    },
  }
}

const tagOf = (path: string): string => tags.find(({ paths }) => paths.test(path))?.name ?? ''

function operationOf(route: Route): Operation {
  const { name, path, summary, description, body } = route
  return {
    operationId: name,
    tags: [tagOf(path)],
    summary,
    description,
    parameters: [
      ...pathParameters(route),
      ...parametersIn(route, 'query', route.query),
      ...parametersIn(route, 'header', route.headers),
    ],
    ...(body ? { requestBody: { required: true, content: jsonOf(body) } } : {}),
    ...(route.upload ? { requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } } } : {}),
    responses: { ...successesOf(route), ...refusalsOf(route) },
  }
}

/** The form of an upload, with one part: the file. */
const form: JsonSchema = {
  type: 'object',
  properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
  required: ['file'],
  examples: [{ file: 'the bytes of the file' }],
}

const pathParameters = (route: Route): Parameter[] =>
  [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) =>
    parameter(route, { name, in: 'path', required: true, schema: { type: 'string' } }),
  )

function parameter({ path, parameters }: Route, facts: Omit<Parameter, 'description' | 'example'>): Parameter {
  const { name, in: place, required, schema } = facts
  const said = parameters?.[name] ?? parameterDescriptions[name]
  if (!said) throw new TypeError(`a parameter of ${path} has no description: ${name}`)
  return { name, in: place, required, description: said.description, schema, example: said.example }
}

function parametersIn(route: Route, place: 'query' | 'header', schema: z.ZodObject | undefined): Parameter[] {
  if (!schema) return []
  // A query has only texts. The schema of the parsed value says more.
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'output', override })
  return Object.entries(properties).map(([name, property]) =>
    parameter(route, { name, in: place, required: required.includes(name), schema: property as JsonSchema }),
  )
}

const meanings: Record<number, string> = {
  200: 'As asked',
  201: 'Made',
  202: 'Taken, and not done yet',
  204: 'Done',
  206: 'The part that was asked for',
  302: 'At the address in Location, without credentials',
  304: 'As you have it',
  416: 'There is no such part',
}

/** The headers of answers with these statuses. */
const headersOf: Record<number, object> = {
  206: { 'Content-Range': header('Which part it is, of how many bytes') },
  302: { Location: header('Where the bytes are') },
  416: { 'Content-Range': header('How many bytes there are') },
}

function header(description: string): object {
  return { description, schema: { type: 'string' } }
}

function successesOf({ statuses, response, isFile }: Route): Operation['responses'] {
  const content = response && { content: jsonOf(response) }
  const bytes = { content: { '*/*': { schema: {} } } }
  const isThere = statuses.includes(201)
  return Object.fromEntries(
    statuses.map((status) => {
      const description = status === 200 && isThere ? 'It was there already' : (meanings[status] ?? '')
      const headers = headersOf[status] && { headers: headersOf[status] }
      return [status, { description, ...headers, ...(isFile && status < 300 ? bytes : content) }]
    }),
  )
}

function refusalsOf(route: Route): Operation['responses'] {
  const { query, headers, body, upload, path, rate, refusals = [] } = route
  const codes: ProblemCode[] = [
    ...(query || headers || body || upload ? (['invalid_request'] as const) : []),
    ...(body || upload ? (['too_large', 'unsupported_media_type'] as const) : []),
    ...(path.includes(':') ? (['not_found'] as const) : []),
    ...(rate ? (['rate_limited'] as const) : []),
    ...refusals,
    ...(['unauthenticated', 'internal', 'unavailable'] as const),
  ]
  return Object.fromEntries(codes.map((code) => [statusOf(code), { $ref: `#/components/responses/${statusOf(code)}` }]))
}

const statusOf = (code: ProblemCode): number => new ChatError(code).status

/** One response for each status; codes with the same status differ in the problem itself. */
function problemResponses(): OpenApi['components']['responses'] {
  const responses: OpenApi['components']['responses'] = {}
  for (const status of new Set(problemCodes.map(statusOf))) {
    const codes = problemCodes.filter((code) => statusOf(code) === status)
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${new ChatError(code).toProblem('').title}`).join('; '),
      ...(status === 429 || status === 503
        ? { headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } } }
        : {}),
      content: { 'application/problem+json': { schema: refTo('Problem'), example: exampleOf(codes) } },
    }
  }
  return responses
}

const exampleOf = ([code = 'internal']: ProblemCode[]) => new ChatError(code).toProblem('5f0c7a1e')

const jsonOf = (component: Component): Content => ({
  'application/json': { schema: refTo(nameOf(component)), example: component.example },
})

const names = new Map<Component, string>(Object.entries(components).map(([name, component]) => [component, name]))

function nameOf(component: Component): string {
  const name = names.get(component)
  if (!name) throw new TypeError('a schema of a route is not among the components of components.ts')
  return name
}
