import Module, { createRequire } from 'node:module'

interface Resolver {
  _resolveFilename(request: string, ...more: unknown[]): string
}

// The other aliases are of the tests; React's own packages ask Node.js for one another.
const resolver = Module as unknown as Resolver
const resolve = resolver._resolveFilename
resolver._resolveFilename = (request, ...more) =>
  resolve(request.replace(/^react(-dom)?(?=\/|$)/, 'react$118'), ...more)

for (const name of ['react', 'react-dom']) {
  const { version } = createRequire(import.meta.url)(name)
  if (!version.startsWith('18.')) throw new Error(`${name} is ${version}`)
}
