import { z } from 'zod'
import { durableEvent, ephemeralEvent, personalEvent } from '../contract/events.js'
import {
  type CommandName,
  closeCodes,
  commands,
  controlFrame,
  envelope,
  hello,
  subprotocol,
} from '../contract/frames.js'
import { components } from './components.js'
import { commandDescriptions, frameDescriptions } from './descriptions.js'
import { commandExamples, frameExamples } from './examples.js'
import { type JsonSchema, jsonSchemasOf, refTo } from './json-schema.js'
import { type Docs, infoOf } from './openapi.js'

const channel = { $ref: '#/channels/socket' }
const messageIn = (name: string) => ({ $ref: `#/channels/socket/messages/${name}` })

/** A frame, as AsyncAPI describes it. */
export interface FrameMessage {
  /** Its type. */
  name: string
  summary: string
  payload: { $ref: string }
  examples: { payload: object }[]
}

/** The document of the socket, as far as the page of the API reads it. */
export interface AsyncApi {
  info: object
  channels: { socket: { address: string; [field: string]: unknown } }
  operations: Record<string, { action: string; [field: string]: unknown }>
  components: {
    /** By `client.` or `server.` and the type. */
    messages: Record<string, FrameMessage>
    schemas: Record<string, JsonSchema>
    securitySchemes: object
  }
  [field: string]: unknown
}

/** Describes the socket as AsyncAPI 3.1, with the schemas that its frames are checked against. */
export function asyncApi(mount: string, docs: Docs = {}): AsyncApi {
  const said = [...controlFrame.options, ...durableEvent.options, ...personalEvent.options, ...ephemeralEvent.options]
  // Both sides have a frame `read`, and these differ. So each name begins with its side.
  const frames: Record<string, z.ZodType> = {
    'client.hello': hello,
    ...Object.fromEntries(commandNames.map((name) => [`client.${name}`, commandFrame(name)])),
    ...Object.fromEntries(said.flatMap(framesByType).map(([name, frame]) => [`server.${name}`, frame])),
  }
  const shown = Object.fromEntries(
    Object.entries(frames).map(([key, schema]) => [key, { schema, example: examples.get(key) }]),
  )
  const keys = Object.keys(frames)
  const messages = keys.map((key): [string, FrameMessage] => {
    return [
      key,
      {
        name: key.slice(key.indexOf('.') + 1),
        summary: summaries.get(key) ?? '',
        payload: refTo(key),
        examples: [{ payload: examples.get(key) ?? {} }],
      },
    ]
  })
  return {
    asyncapi: '3.1.0',
    info: { ...infoOf(docs, introduction), tags: [{ name: 'chat' }] },
    defaultContentType: 'application/json',
    servers: {
      application: {
        host: '{host}',
        protocol: 'wss',
        description: 'The application that serves this document; `ws` where it is served by `http`.',
        variables: {
          host: { default: 'localhost', description: 'Its host name, and its port if it has one of its own' },
        },
        security: [{ $ref: '#/components/securitySchemes/ticket' }],
      },
    },
    channels: {
      socket: {
        address: `${mount}/ws`,
        description: `Subprotocol ${subprotocol}; text frames of JSON`,
        messages: Object.fromEntries(keys.map((key) => [key, { $ref: `#/components/messages/${key}` }])),
        bindings: { ws: { method: 'GET', query: ticketQuery, bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      hello: receive('client.hello', ['server.welcome'], helloDescription),
      ...Object.fromEntries(
        commandNames.map((name) => [
          name,
          receive(`client.${name}`, ['server.ok', 'server.error'], commandDescriptions[name]),
        ]),
      ),
      tell: {
        action: 'send',
        description: 'Tells what happens, as it happens.',
        channel,
        messages: keys.filter((key) => key.startsWith('server.')).map(messageIn),
      },
    },
    components: {
      messages: Object.fromEntries(messages),
      schemas: jsonSchemasOf({ ...sharedComponents, ...shown }, 'draft-7'),
      securitySchemes: { ticket: ticketScheme },
    },
  }
}

/** The components that frames consist of. */
const { User, Room, RoomType, Me, Member, Role, Permissions, Message, Media, ReactionCount, Problem } = components
const sharedComponents = { User, Room, RoomType, Me, Member, Role, Permissions, Message, Media, ReactionCount, Problem }

const commandNames = Object.keys(commands) as CommandName[]

const examples = new Map<string, object>([
  ['client.hello', { type: 'hello', rooms: { [commandExamples.read.roomId]: 11 } }],
  ...commandNames.map((name): [string, object] => [
    `client.${name}`,
    { type: name, id: '1', ...commandExamples[name] },
  ]),
  ...frameExamples.map((frame): [string, object] => [`server.${frame.type}`, frame]),
])

const helloDescription = 'Says which revision of each room the client has seen, so that it is told what it missed.'

const summaries = new Map<string, string>([
  ['client.hello', helloDescription],
  ...Object.entries(commandDescriptions).map(([name, said]): [string, string] => [`client.${name}`, said]),
  ...Object.entries(frameDescriptions).map(([type, said]): [string, string] => [`server.${type}`, said]),
])

const introduction = [
  'The client says `hello` within 5 s and is answered with `welcome`, then the events that it missed, then `ready`.',
  'From `welcome` on, every durable event of every room comes exactly once and in the order of revisions.',
  'Each command is answered once, by `ok` or `error` with its `id`.',
  `Close codes: ${Object.entries(closeCodes)
    .map(([name, code]) => `${code} ${name}`)
    .join(', ')}.`,
].join('\n')

const ticketQuery = {
  type: 'object',
  properties: { ticket: { type: 'string', description: 'Of POST /ws-ticket, for clients that cannot send headers' } },
}

const ticketScheme = {
  type: 'httpApiKey',
  in: 'query',
  name: 'ticket',
  description: 'Of POST /ws-ticket. Browsers give it as a subprotocol, `ticket.` and the ticket; cookies do as well.',
}

const receive = (asked: string, answers: string[], description: string) => ({
  action: 'receive',
  description,
  channel,
  messages: [messageIn(asked)],
  reply: { channel, messages: answers.map(messageIn) },
})

const commandFrame = (name: CommandName): z.ZodType =>
  z.strictObject({ type: z.literal(name), id: envelope.shape.id, ...commands[name].shape })

/** In the contract, frames that differ only in their `type` share a schema; here each gets its own. */
function framesByType(frame: z.ZodObject<{ type: z.ZodLiteral<string> | z.ZodEnum }>): [string, z.ZodType][] {
  const { type } = frame.shape
  const values = type instanceof z.ZodLiteral ? [...type.values] : type.options.map(String)
  return values.map((value) => [value, frame.extend({ type: z.literal(value) })])
}
