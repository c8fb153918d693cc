import type { AsyncApi, FrameMessage } from '../asyncapi.js'
import { commandCalls, eventCall } from './client-calls.js'
import { type Html, html, prose } from './html.js'
import { code, entry, jsonExample } from './parts.js'
import { fieldsOf, nameIn } from './schema.js'

/** The socket: what a client sends, and what the server says. */
export function socketHtml(api: AsyncApi): Html {
  return html`<section id="commands" data-group><h2>Commands of the socket</h2>
<p>A client sends these as frames of JSON, with an <code>id</code> of its own. Each is answered once, by <code>ok</code> or <code>error</code> with the same <code>id</code>.</p>
<div class="console" hidden></div>
${framesOf(api, 'client').map((message) => commandHtml(api, message))}</section>
<section id="events" data-group><h2>Events of the socket</h2>
<p>The server says these by itself. An event with a <code>revision</code> is never lost: it comes once, in order, or after the next connection.</p>
${framesOf(api, 'server').map((message) => eventHtml(api, message))}</section>
`
}

export const framesOf = ({ components }: AsyncApi, side: 'client' | 'server'): FrameMessage[] =>
  Object.entries(components.messages)
    .filter(([key]) => key.startsWith(`${side}.`))
    .map(([, message]) => message)

/** Where the page has a frame: both sides have one that is called `read`. */
export const idOf = ({ payload }: FrameMessage): string => nameIn(payload.$ref)

function commandHtml(api: AsyncApi, message: FrameMessage): Html {
  const { name, summary } = message
  const call = Object.entries(commandCalls).find(([type]) => type === name)?.[1] ?? ''
  return frameHtml(api, message, 'command', html`<p>${prose(summary)}</p>`, call, true)
}

function eventHtml(api: AsyncApi, message: FrameMessage): Html {
  const example = message.examples[0]?.payload ?? {}
  const call = eventCall(message.name, example)
  return frameHtml(api, message, 'event', html`<p>${prose(message.summary)}</p>`, call, false)
}

function frameHtml(
  api: AsyncApi,
  message: FrameMessage,
  kind: string,
  said: Html,
  call: string,
  isSent: boolean,
): Html {
  const { name, summary, examples } = message
  const id = idOf(message)
  const schema = api.components.schemas[id] ?? {}
  const example = examples[0]?.payload ?? {}
  const send = code('WebSocket', 'js', `socket.send(JSON.stringify(${JSON.stringify(example)}))`)
  const heading = html`<code class="path">${name}</code> <span class="what">${firstSentence(summary)}</span>`
  return entry(
    id,
    kind,
    heading,
    html`${said}<h4>Fields</h4>${fieldsOf(schema)}
<div class="example" data-schema="${id}">${jsonExample('Example', example)}</div>
<h4>${isSent ? 'Send it' : 'Hear it'}</h4>${isSent ? send : undefined}${code('express-chat/client', 'ts', call)}
${isSent ? html`<div class="send" data-type="${name}" hidden></div>` : undefined}`,
  )
}

const firstSentence = (text: string): string => /^.*?[.:;](?= |$)/.exec(text)?.[0].slice(0, -1) ?? text
