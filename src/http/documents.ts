import { asyncApi } from './asyncapi.js'
import { script, style } from './docs-page/assets.js'
import { docsPage } from './docs-page/page.js'
import { type Docs, openApi } from './openapi.js'
import type { Route } from './route.js'

interface Document {
  path: string
  headers: Record<string, string>
  /** Makes the document at the first request. */
  text: () => string
}

/** Nothing from elsewhere, nothing inline, in no frame; the page asks this server alone, and its script writes no HTML. */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self' ws: wss:"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
].join('; ')

const json = { 'Content-Type': 'application/json; charset=utf-8' }

/** The documents of the API, which anyone may read. */
export function documentsOf(routes: readonly Route[], mount: string, docs: Docs = {}): Document[] {
  const openApiDocument = once(() => openApi(routes, mount, docs))
  const asyncApiDocument = once(() => asyncApi(mount, docs))
  return [
    { path: '/openapi.json', headers: json, text: once(() => JSON.stringify(openApiDocument())) },
    { path: '/asyncapi.json', headers: json, text: once(() => JSON.stringify(asyncApiDocument())) },
    {
      path: '/docs',
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
      text: once(() => docsPage(openApiDocument(), asyncApiDocument())),
    },
    { path: '/docs/page.js', headers: { 'Content-Type': 'text/javascript; charset=utf-8' }, text: () => script },
    { path: '/docs/page.css', headers: { 'Content-Type': 'text/css; charset=utf-8' }, text: () => style },
  ]
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
