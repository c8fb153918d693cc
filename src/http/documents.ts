import { asyncApi } from './asyncapi.js'
import { docsPage } from './docs-page.js'
import { type Docs, openApi } from './openapi.js'
import type { Route } from './route.js'

interface Document {
  path: string
  headers: Record<string, string>
  /** Makes the document at the first request. */
  text: () => string
}

const json = { 'Content-Type': 'application/json; charset=utf-8' }

/** The documents of the API, which anyone may read. */
export function documentsOf(routes: readonly Route[], mount: string, docs: Docs = {}): Document[] {
  const openApiDocument = once(() => openApi(routes, mount, docs))
  return [
    { path: '/openapi.json', headers: json, text: once(() => JSON.stringify(openApiDocument())) },
    { path: '/asyncapi.json', headers: json, text: once(() => JSON.stringify(asyncApi(mount, docs))) },
    {
      path: '/docs',
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      },
      text: once(() => docsPage(openApiDocument())),
    },
  ]
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
