import type { AsyncApi } from '../asyncapi.js'
import type { JsonSchema } from '../json-schema.js'
import type { OpenApi, Operation } from '../openapi.js'
import { signInOf } from './curl.js'
import { type Html, html, prose } from './html.js'
import { operationHtml } from './operation.js'
import { entry, jsonExample } from './parts.js'
import { fieldsOf, typeOf } from './schema.js'
import { framesOf, idOf, socketHtml } from './socket.js'

interface Described {
  method: string
  path: string
  operation: Operation
}

/**
 * The API as a page to read. It is whole without its script, which searches, copies, unfolds and tries things; both script and style
 * are files of the same origin, so it works under any content security policy that lets a page use its own.
 */
export function docsPage(api: OpenApi, socket: AsyncApi): string {
  const [{ url: base } = { url: '' }] = api.servers
  const { header, prefix } = signInOf(api)
  const groups = groupsOf(api)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${api.info.title}</title>
<link rel="stylesheet" href="${base}/docs/page.css">
<script src="${base}/docs/page.js" data-base="${base}" data-header="${header}" data-prefix="${prefix}" defer></script>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<nav aria-label="Contents">
<div class="search" hidden><input type="search" id="filter" placeholder="Search ( / )" aria-label="Search" autocomplete="off" spellcheck="false"><output id="found" aria-live="polite"></output></div>
<details class="contents" open><summary>Contents</summary>
${groups.map(({ name, described }) =>
  navGroup(
    name,
    name,
    described.map(({ operation }) => [operation.operationId, operation.summary]),
  ),
)}
${navGroup(
  'commands',
  'Commands',
  framesOf(socket, 'client').map((message) => [idOf(message), message.name]),
)}
${navGroup(
  'events',
  'Events',
  framesOf(socket, 'server').map((message) => [idOf(message), message.name]),
)}
${navGroup(
  'objects',
  'Objects',
  Object.keys(api.components.schemas).map((name) => [name, name]),
)}
</details>
</nav>
<main id="main" tabindex="-1">
<header><h1>${api.info.title}</h1>
<p>${api.info.description}</p>
<p>All paths are below <code>${base}</code>. For machines: <a href="${base}/openapi.json">openapi.json</a> and, of the socket, <a href="${base}/asyncapi.json">asyncapi.json</a>. In the examples Alice and Bob talk in the room of their kitchen.</p>
<form id="sign-in" hidden></form></header>
${groups.map(({ name, description, described }) => groupHtml(api, name, description, described))}
${socketHtml(socket)}
<section id="objects" data-group><h2>Objects</h2><p>What bodies and answers are made of.</p>
${Object.entries(api.components.schemas).map(([name, schema]) => objectHtml(name, schema))}</section>
<p id="nothing" hidden>Nothing here has these words.</p>
</main>
</body>
</html>
`.text
}

/** The operations by the noun that they are about. */
function groupsOf({ tags, paths }: OpenApi) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Described => ({ method, path, operation })),
  )
  const order = ['Rooms', 'Members', 'Messages', 'Threads', 'Reactions']
  const sorted = [...tags].sort((one, other) => rankOf(order, one.name) - rankOf(order, other.name))
  return sorted.map(({ name, description }) => ({
    name,
    description,
    described: all.filter(({ operation }) => operation.tags.includes(name)),
  }))
}

/** What most people look for comes first, and what few may use last. */
function rankOf(first: readonly string[], name: string): number {
  if (first.includes(name)) return first.indexOf(name)
  return name === 'Moderation' ? first.length + 1 : first.length
}

const groupId = (name: string): string => name.toLowerCase()

const groupHtml = (api: OpenApi, name: string, description: string, described: readonly Described[]): Html =>
  html`<section id="${groupId(name)}" data-group><h2>${name}</h2><p>${prose(description)}</p>
${described.map(({ method, path, operation }) => operationHtml(api, method, path, operation))}</section>
`

const navGroup = (id: string, title: string, links: readonly (readonly [id: string, text: string])[]): Html =>
  html`<p class="group"><a href="#${groupId(id)}">${title}</a></p><ul>${links.map(([to, text]) => html`<li><a href="#${to}">${text}</a></li>`)}</ul>
`

function objectHtml(name: string, { description = '', examples = [], ...schema }: JsonSchema): Html {
  const fields = fieldsOf(schema)
  const body = html`<p>${prose(description)}</p>${fields.text === '' ? html`<p class="type">${typeOf(schema)}</p>` : fields}
<div class="example" data-schema="${name}">${jsonExample('Example', examples[0])}</div>`
  return entry(
    name,
    'object',
    html`<code class="path">${name}</code> <span class="what">${firstOf(description)}</span>`,
    body,
  )
}

const firstOf = (description: string): string =>
  description
    .replaceAll('`', '')
    .split(/[.:;] /)[0]
    ?.replace(/\.$/, '') ?? ''
