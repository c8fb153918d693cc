import type { JsonSchema } from '../json-schema.js'
import type { OpenApi, Operation } from '../openapi.js'
import { clientCalls } from './client-calls.js'
import { curlOf } from './curl.js'
import { type Html, html, prose } from './html.js'
import { code, entry, jsonExample } from './parts.js'
import { fieldsOf, linkTo, nameIn, typeOf } from './schema.js'

/** An operation: what it takes, what it answers, how it is called, and a form to try it, which the script makes. */
export function operationHtml(api: OpenApi, method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description, parameters, requestBody } = operation
  const verb = method.toUpperCase()
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {})
  const heading = html`<span class="verb ${method}">${verb}</span> <code class="path">${path}</code> <span class="what">${summary}</span>`
  const body = html`<p>${prose(description)}</p>
${parameters.length > 0 ? parametersHtml(parameters) : undefined}
${content ? bodyHtml(api, content.schema, content.example, type === 'application/json') : undefined}
<h4>Call it</h4>
${code('curl', 'sh', curlOf(api, method, path, operation))}
${code('express-chat/client', 'ts', clientCalls[operationId] ?? '')}
<div class="try" data-method="${verb}" data-path="${path}" data-body="${type ?? ''}" hidden></div>
<h4>Answers</h4><ul class="answers">${answersHtml(api, operation)}</ul>`
  return entry(operationId, 'operation', heading, body)
}

function parametersHtml(parameters: Operation['parameters']): Html {
  const rows = parameters.map(({ name, in: place, required, schema, description, example }) => {
    const optional = required ? undefined : html` <span class="optional">optional</span>`
    return html`<li data-name="${name}" data-in="${place}" data-example="${String(example)}"><code>${name}</code>${optional} <span class="type">${place}, ${typeOf(schema)}</span> ${prose(description)}</li>`
  })
  return html`<h4>Parameters</h4><ul class="fields parameters">${rows}</ul>`
}

function bodyHtml(api: OpenApi, schema: JsonSchema, example: unknown, isJson: boolean): Html {
  if (!isJson)
    return html`<h4>Body</h4><p>A form (<code>multipart/form-data</code>) with one part, <code>file</code>.</p>`
  const name = nameIn(schema.$ref ?? '')
  const component = api.components.schemas[name] ?? {}
  return html`<h4>Body: ${linkTo(name)}</h4><p>${prose(component.description ?? '')}</p>
${fieldsOf(component)}
<div class="example" data-schema="${name}">${jsonExample('Example', example)}</div>`
}

/** Each answer. What comes when it went well is unfolded once, with an example; a refusal says what it may be for. */
function answersHtml(api: OpenApi, { responses }: Operation): Html[] {
  const shown = new Set<string>()
  return Object.entries(responses).map(([status, response]) => {
    const heading = html`<b class="status">${status}</b>`
    if ('$ref' in response)
      return html`<li>${heading} ${prose(api.components.responses[status]?.description ?? '')}</li>`
    const { description, content = {} } = response
    const [[type, { schema, example }] = ['', { schema: {} }]] = Object.entries(content)
    const { $ref: ref } = schema as JsonSchema
    if (!ref) return html`<li>${heading} ${description}${type === '' ? undefined : ': the bytes'}</li>`
    const name = nameIn(ref)
    const unfolded = shown.has(name) ? undefined : answerHtml(api, name, example)
    shown.add(name)
    return html`<li>${heading} ${description}: ${linkTo(name)}${unfolded}</li>`
  })
}

const answerHtml = (api: OpenApi, name: string, example: unknown): Html => html`
${fieldsOf(api.components.schemas[name] ?? {})}
<div class="example" data-schema="${name}">${jsonExample('Example', example)}</div>`
