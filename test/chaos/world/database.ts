import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PrismaClient } from '../../../examples/prisma/generated/client.js'
import { TcpProxy } from '../../breakable/proxy.js'
import { Server } from '../../breakable/server.js'
import { clientsOf } from '../../databases/clients.js'
import type { DatabaseName, Engine } from '../../databases/engine.js'
import { engines } from '../../databases/engines.js'
import { newRun } from '../../databases/names.js'
import { commitLog } from './commit-log.js'

/** A database server of our own with a proxy before it; or, for SQLite, a folder. */
export class Ground {
  private constructor(
    readonly name: DatabaseName,
    readonly engine: Engine,
    readonly server: Server | undefined,
    readonly proxy: TcpProxy | undefined,
    readonly folder: string | undefined,
  ) {}

  static async open(name: DatabaseName): Promise<Ground> {
    const run = newRun()
    if (name === 'sqlite') {
      const folder = mkdtempSync(join(tmpdir(), 'express-chat-chaos-sqlite-'))
      const engine = engines.sqlite(join(folder, 'databases'), run)
      await engine.prepare()
      return new Ground(name, engine, undefined, undefined, folder)
    }
    const server = await Server.open(name)
    const engine = engines[name](server.url, run)
    await engine.prepare()
    return new Ground(name, engine, server, await TcpProxy.open(server.port), undefined)
  }

  /** A fresh database with our tables and the log of commits. `sql` may spoil it. */
  async create(sql: string[] = []): Promise<OpenGround> {
    const [connect, url] = await Promise.all([clientsOf(this.name), this.engine.create()])
    const prisma = connect(url)
    for (const statement of [...commitLog(this.name), ...sql]) await prisma.$executeRawUnsafe(statement)
    const forNodes = this.proxy ? Object.assign(new URL(url), { port: String(this.proxy.port) }).href : url
    return { prisma, url, forNodes }
  }

  async close(): Promise<void> {
    await this.proxy?.close()
    await this.server?.close()
    if (this.folder) rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface OpenGround {
  /** Past the proxy, for the run itself. */
  prisma: PrismaClient
  url: string
  /** How the nodes connect. */
  forNodes: string
}
