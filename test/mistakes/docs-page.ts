import type { Mistake } from './mistake.js'

const page = 'http/docs-page.test.ts'

/** Mistakes that somebody could make in the page of the API. */
export const docsPageMistakes: Mistake[] = [
  {
    name: 'lets what a host says be HTML on the page of the API',
    file: 'http/docs-page/html.ts',
    find: '/[&<>]/g,',
    replace: '/[&]/g,',
    caughtBy: { file: page, name: 'escapes whatever the host says' },
  },
  {
    name: 'lets what a host says end an attribute on the page of the API',
    file: 'http/docs-page/html.ts',
    find: "written.lastIndexOf('<') > written.lastIndexOf('>')",
    replace: 'false',
    caughtBy: { file: page, name: 'escapes whatever the host says' },
  },
  {
    name: 'lets the page of the API run what stands in it',
    file: 'http/documents.ts',
    find: "script-src 'self'",
    replace: "script-src 'self' 'unsafe-inline'",
    caughtBy: { file: page, name: 'is let by its policy to run its own script, and nothing that somebody slips in' },
  },
  {
    name: 'shows an answer without an example on the page of the API',
    file: 'http/docs-page/operation.ts',
    find: 'const unfolded = shown.has(name) ?',
    replace: 'const unfolded = !shown.has(name) ?',
    caughtBy: { file: page, name: 'has every operation, command and event, each with an example, and each object' },
  },
]
