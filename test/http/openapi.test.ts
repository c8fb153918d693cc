import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/contract/frames.js'
import { asyncApi } from '../../src/http/asyncapi.js'
import { openApi } from '../../src/http/openapi.js'
import { routes } from '../../src/http/routes.js'

const document = openApi(routes, '/chat')
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** Every `$ref` in a document, with what it points to. */
function refsIn(root: object): [ref: string, target: unknown][] {
  const found: [string, unknown][] = []
  JSON.stringify(root, (key, value) => {
    if (key === '$ref') {
      const path = String(value).split('/').slice(1)
      found.push([value, path.reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], root)])
    }
    return value
  })
  return found
}

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate({ ...structuredClone(document) })
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    expect(validator.version).toBe('3.1')
  })

  it('has every route, each with a name of its own', () => {
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    expect(described.sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`).sort(),
    )
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(routes.length)
  })

  /** Posts whose path says it all. */
  const wordless = /\/(ws-ticket|accept|refuse|join)$/

  it('describes what comes in, what goes out and what is refused', () => {
    for (const { path, method, operation } of operations) {
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      expect(Boolean(operation.requestBody)).toBe(
        method === 'patch' ||
          (method === 'put' && path.includes('/bans/')) ||
          (method === 'post' && !wordless.test(path)),
      )
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '500', '503']))
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    }
    expect(document.paths['/rooms']?.get?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100 },
      }),
    )
  })

  it('points to nothing that is not there', () => {
    const refs = refsIn(document)
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter(([, target]) => target === undefined)).toEqual([])
  })
})

describe('the AsyncAPI document', () => {
  const socket = asyncApi('/chat')

  it('has every command, and every frame that the server says', () => {
    expect(socket.channels.socket.address).toBe('/chat/ws')
    expect(Object.keys(socket.operations)).toEqual(['hello', ...Object.keys(commands), 'tell'])
    expect(Object.keys(socket.components.messages)).toEqual(
      expect.arrayContaining([
        ...Object.keys(commands).map((name) => `client.${name}`),
        ...['hello'].map((name) => `client.${name}`),
        ...['welcome', 'ready', 'room.reset', 'ok', 'error'].map((name) => `server.${name}`),
        ...['message.created', 'message.updated', 'message.deleted'].map((name) => `server.${name}`),
        ...['member.added', 'member.updated', 'member.removed'].map((name) => `server.${name}`),
        ...['room.updated', 'room.deleted', 'room.joined', 'room.left', 'me.updated'].map((name) => `server.${name}`),
        ...['typing', 'read', 'presence'].map((name) => `server.${name}`),
      ]),
    )
  })

  it('points to nothing that is not there', () => {
    const refs = refsIn(socket)
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter(([, target]) => target === undefined)).toEqual([])
  })
})
