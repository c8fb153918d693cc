import type { JsonSchema } from './json-schema.js'
import type { OpenApi, Operation } from './openapi.js'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '')

/** Turns a sentence of a description into HTML; code is between backticks. */
const prose = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

/** The API as a page to read. It has no scripts, so it works under any content security policy. */
export function docsPage({ info, servers, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation)),
  )
  const base = escaped(servers.map(({ url }) => url).join(''))
  const schemas = Object.entries(components.schemas).map(([name, schema]) => schemaHtml(name, schema))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 14px/1.5 ui-monospace, monospace }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8884; border-radius: 6px }
article, details { padding: .75rem 0; border-top: 1px solid #8884 }
h3 { margin: 0; font: 600 15px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
p, ul { margin: .25rem 0 }
</style>
</head>
<body>
<h1>${escaped(info.title)}</h1>
<p>${escaped(info.description)}</p>
<p>All paths are below <code>${base}</code>. For machines: <a href="${base}/openapi.json">openapi.json</a> and, of the
socket, <a href="${base}/asyncapi.json">asyncapi.json</a>.</p>
<h2>Requests</h2>
${operations.join('\n')}
<h2>Objects</h2>
${schemas.join('\n')}
</body>
</html>
`
}

function operationHtml(method: string, path: string, operation: Operation): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const lines = [
    ...parameters.map(({ name, in: place, required, schema, description }) => {
      const what = `${place} <code>${escaped(name)}</code>${required ? '' : ', optional'}`
      return `${what}: <code>${escaped(shortly(schema))}</code>. ${prose(description)}`
    }),
    ...Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => `body ${linkTo(schema, type)}`),
    `answers ${Object.entries(responses)
      .map(([status, response]) => answerHtml(status, response))
      .join(', ')}`,
  ]
  return `<article id="${escaped(operationId)}">
<h3>${method.toUpperCase()} ${escaped(path)}</h3>
<p><strong>${escaped(summary)}.</strong> ${prose(description)}</p>
<ul>${lines.map((line) => `<li>${line}</li>`).join('')}</ul>
</article>`
}

function answerHtml(status: string, response: Operation['responses'][string]): string {
  const content = 'content' in response ? Object.entries(response.content ?? {}) : []
  return [status, ...content.map(([type, { schema }]) => linkTo(schema, type))].join(' ')
}

/** Bytes have no schema, so their content type is shown. */
function linkTo({ $ref: ref }: JsonSchema, type: string): string {
  if (!ref) return `<code>${escaped(type)}</code>`
  const name = escaped(ref.slice(ref.lastIndexOf('/') + 1))
  return `<a href="#${name}">${name}</a>`
}

function shortly({ enum: values, type, minimum, maximum }: JsonSchema): string {
  if (values) return values.join(' | ')
  const isBounded = minimum !== undefined && maximum !== undefined
  return isBounded ? `${type} ${minimum}–${maximum}` : String(type)
}

const schemaHtml = (name: string, { description = '', ...schema }: JsonSchema): string =>
  `<details id="${escaped(name)}"><summary>${escaped(name)}: ${prose(description)}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`
