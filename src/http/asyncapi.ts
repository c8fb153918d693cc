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
import { components, jsonSchemasOf, refTo } from './components.js'

const channel = { $ref: '#/channels/socket' }
const messageIn = (name: string) => ({ $ref: `#/channels/socket/messages/${name}` })

/** The socket as AsyncAPI 3.0, from the schemas that its frames are checked against. */
export function asyncApi(mount: string): object {
  const said = [...controlFrame.options, ...durableEvent.options, ...personalEvent.options, ...ephemeralEvent.options]
  // The client's `read` is not the server's: each side names its own.
  const frames: Record<string, z.ZodType> = {
    'client.hello': hello,
    ...Object.fromEntries(commandNames.map((name) => [`client.${name}`, commandFrame(name)])),
    ...Object.fromEntries(said.flatMap(framesByType).map(([name, frame]) => [`server.${name}`, frame])),
  }
  const keys = Object.keys(frames)
  const messages = keys.map((key) => [key, { name: key.slice(key.indexOf('.') + 1), payload: refTo(key) }])
  return {
    asyncapi: '3.0.0',
    info: { title: 'express-chat', version: '1.0.0', description: introduction },
    defaultContentType: 'application/json',
    channels: {
      socket: {
        address: `${mount}/ws`,
        description: `Subprotocol ${subprotocol}; text frames of JSON`,
        messages: Object.fromEntries(keys.map((key) => [key, { $ref: `#/components/messages/${key}` }])),
        bindings: { ws: { method: 'GET', query: ticketQuery, bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      hello: receive('client.hello', ['server.welcome']),
      ...Object.fromEntries(
        commandNames.map((name) => [name, receive(`client.${name}`, ['server.ok', 'server.error'])]),
      ),
      tell: { action: 'send', channel, messages: keys.filter((key) => key.startsWith('server.')).map(messageIn) },
    },
    components: {
      messages: Object.fromEntries(messages),
      schemas: jsonSchemasOf({ ...components, ...frames }, 'draft-7'),
    },
  }
}

const commandNames = Object.keys(commands) as CommandName[]

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

const receive = (asked: string, answers: string[]) => ({
  action: 'receive',
  channel,
  messages: [messageIn(asked)],
  reply: { channel, messages: answers.map(messageIn) },
})

const commandFrame = (name: CommandName): z.ZodType =>
  z.strictObject({ type: z.literal(name), id: envelope.shape.id, ...commands[name].shape })

/** Frames that differ in nothing but their `type` share a schema in the contract; here each is by itself. */
function framesByType(frame: z.ZodObject<{ type: z.ZodLiteral<string> | z.ZodEnum }>): [string, z.ZodType][] {
  const { type } = frame.shape
  const values = type instanceof z.ZodLiteral ? [...type.values] : type.options.map(String)
  return values.map((value) => [value, frame.extend({ type: z.literal(value) })])
}
