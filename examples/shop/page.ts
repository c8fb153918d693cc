import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'

const configFile = fileURLToPath(new URL('page/vite.config.ts', import.meta.url))
const policy = "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'"

/**
 * Serves the page: what `vite build` has written, or without that the sources, by a Vite in this process that shares the
 * server with the chat. Returns a function that ends it.
 */
export async function servePage(app: Express, server: Server, built: string | undefined): Promise<() => Promise<void>> {
  if (built) {
    app.use((_request, response, next) => {
      response.set('Content-Security-Policy', policy)
      next()
    })
    app.use(express.static(built, { index: false }))
    app.get('/{*path}', (_request, response) => response.sendFile('index.html', { root: built }))
    return async () => undefined
  }
  const { createServer } = await import('vite')
  const vite = await createServer({ configFile, server: { middlewareMode: true, hmr: { server } } })
  app.use(vite.middlewares)
  return () => vite.close()
}
