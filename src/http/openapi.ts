import { z } from 'zod'
import { ChatError, type ProblemCode, problemCodes } from '../contract/problems.js'
import { components, type JsonSchema, jsonSchemasOf, override, refTo } from './components.js'
import type { Route } from './route.js'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: JsonSchema
}

interface Content {
  [type: string]: { schema: JsonSchema }
}

export interface Operation {
  operationId: string
  summary: string
  parameters: Parameter[]
  requestBody?: { required: true; content: Content }
  responses: Record<string, { $ref: string } | { description: string; content?: Content }>
}

export interface OpenApi {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; responses: Record<string, object> }
}

/** The API as OpenAPI 3.1. How callers are authenticated is the host's business, and not in it. */
export function openApi(routes: readonly Route[], mount: string): OpenApi {
  const paths: OpenApi['paths'] = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'express-chat',
      version: '1.0.0',
      description: 'Rooms, members, messages and reactions. Whoever you are to the application, you are here.',
    },
    servers: [{ url: mount }],
    paths,
    components: { schemas: jsonSchemasOf(components, 'draft-2020-12'), responses: problemResponses() },
  }
}

function operationOf(route: Route): Operation {
  const { name, summary, body } = route
  return {
    operationId: name,
    summary,
    parameters: [
      ...pathParameters(route),
      ...parametersIn('query', route.query),
      ...parametersIn('header', route.headers),
    ],
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: named(body) } } } } : {}),
    ...(route.upload ? { requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } } } : {}),
    responses: { ...successesOf(route), ...refusalsOf(route) },
  }
}

/** One part, the file. */
const form: JsonSchema = {
  type: 'object',
  properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
  required: ['file'],
}

const pathParameters = ({ path }: Route): Parameter[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: {
      type: 'string',
      ...(name === 'userId' ? { description: 'The id of a user; "me" stands for the caller' } : {}),
    },
  }))

function parametersIn(place: 'query' | 'header', schema: z.ZodObject | undefined): Parameter[] {
  if (!schema) return []
  // What a text is turned into says more than that it is a text.
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'output', override })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property as JsonSchema,
  }))
}

const meanings: Record<number, string> = {
  200: 'As asked',
  201: 'Made',
  204: 'Done',
  206: 'The part that was asked for',
  302: 'At the address in Location, without credentials',
  304: 'As you have it',
}

function successesOf({ statuses, response, isFile }: Route): Operation['responses'] {
  const content = response && { content: { 'application/json': { schema: named(response) } } }
  const bytes = { content: { '*/*': { schema: {} } } }
  const isThere = statuses.includes(201)
  return Object.fromEntries(
    statuses.map((status) => {
      const description = status === 200 && isThere ? 'It was there already' : (meanings[status] ?? '')
      return [status, { description, ...(isFile && status < 300 ? bytes : content) }]
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

/** One for each status: the codes of one status are told apart by the problem itself. */
function problemResponses(): Record<string, object> {
  const responses: Record<string, object> = {}
  for (const status of new Set(problemCodes.map(statusOf))) {
    const codes = problemCodes.filter((code) => statusOf(code) === status)
    responses[status] = {
      description: codes.map((code) => `\`${code}\`: ${new ChatError(code).toProblem('').title}`).join('; '),
      ...(status === 429 || status === 503
        ? { headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } } }
        : {}),
      content: { 'application/problem+json': { schema: refTo('Problem') } },
    }
  }
  return responses
}

const names = new Map<z.ZodType, string>(Object.entries(components).map(([name, schema]) => [schema, name]))

function named(schema: z.ZodType): { $ref: string } {
  const name = names.get(schema)
  if (!name) throw new TypeError('a schema of a route has no name in components')
  return refTo(name)
}
