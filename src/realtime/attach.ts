import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Upgrade } from './upgrade.js'

/** Marks the listener of every instance of the library: several on one server must not wait for each other. */
const mark = Symbol.for('express-chat.upgrade')

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void
type Marked = UpgradeListener & { [mark]?: true }

/**
 * Takes the upgrades of our path, and no others, before any listener sees them: libraries that share a server end or
 * refuse each other's sockets, and no polite listener survives that. Gives back what undoes it.
 */
export function attachTo(server: Server | SecureServer, upgrade: Upgrade): () => void {
  const { emit } = server
  const isOwn = Object.hasOwn(server, 'emit')
  let attached = true
  const intercept = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (attached && event === 'upgrade') {
      const [request, socket, head] = args as Parameters<UpgradeListener>
      if (upgrade.handle(request, socket, head)) return true
      // Node took its own listener away: on a path that nobody takes, one reset would be an uncaught error.
      socket.on('error', ignore)
    }
    return Reflect.apply(emit, this, [event, ...args])
  }
  server.emit = intercept as typeof emit

  // Node emits no 'upgrade' while nobody listens, and nobody answers once somebody does: so this one does, if it is alone.
  const answerForeign: Marked = (request, socket, head) => {
    const listeners = server.listeners('upgrade') as Marked[]
    const alone = listeners.every((listener) => listener[mark])
    if (!alone || listeners[0] !== answerForeign) return
    upgrade.missed(request)
    answerAsRequest(server, request, socket, head)
  }
  answerForeign[mark] = true
  server.on('upgrade', answerForeign)

  return () => {
    attached = false
    server.off('upgrade', answerForeign)
    if (server.emit !== intercept) return
    if (isOwn) server.emit = emit
    else Reflect.deleteProperty(server, 'emit')
  }
}

const ignore = (): void => undefined

/**
 * As Node does without any listener: the upgrade is not taken, and the request is an ordinary one. By now its parser has
 * let go of the connection, so that is given back to the server with the same request, less the wish to upgrade: only so
 * does its body get through (Java's client, for one, asks for HTTP/2 with every POST).
 */
function answerAsRequest(server: Server | SecureServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(request), 'latin1'), head]))
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket)
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = String(rawHeaders[n])
    const value = String(rawHeaders[n + 1])
    if (isOfUpgrade(name)) continue
    const tokens = value.split(',').filter((token) => !isOfUpgrade(token.trim()))
    if (name.toLowerCase() !== 'connection') lines.push(`${name}: ${value}`)
    else if (tokens.length > 0) lines.push(`${name}: ${tokens.join(',')}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

const isOfUpgrade = (name: string): boolean => ['upgrade', 'http2-settings'].includes(name.toLowerCase())
