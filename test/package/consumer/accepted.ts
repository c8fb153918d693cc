import { createChatRouter } from 'express-chat'
import type { PrismaClient as Mysql } from './mysql/client.js'
import type { PrismaClient as MysqlJs } from './mysql-js/index.js'
import type { PrismaClient as Postgresql } from './postgresql/client.js'
import { PrismaClient as PostgresqlJs } from './postgresql-js/index.js'
import type { PrismaClient as Sqlite } from './sqlite/client.js'
import type { PrismaClient as SqliteJs } from './sqlite-js/index.js'

const options = { resolveUser: () => ({ id: 'alice' }), secret: 'a secret of at least thirty-two characters' }

declare const clients: {
  sqlite: Sqlite
  sqliteJs: SqliteJs
  postgresql: Postgresql
  postgresqlJs: PostgresqlJs
  mysql: Mysql
  mysqlJs: MysqlJs
}

createChatRouter({ ...options, prisma: clients.sqlite })
createChatRouter({ ...options, prisma: clients.sqliteJs })
createChatRouter({ ...options, prisma: clients.postgresql })
createChatRouter({ ...options, prisma: clients.postgresqlJs })
createChatRouter({ ...options, prisma: clients.mysql })
createChatRouter({ ...options, prisma: clients.mysqlJs })

const extended = clients.sqlite.$extends({
  model: { chatRoom: { shout: () => 'hello' } },
  result: { chatUser: { initial: { needs: { name: true }, compute: ({ name }) => name[0] } } },
  query: { $allModels: { findMany: ({ query, args }) => query(args) } },
})
const chat = createChatRouter({ ...options, prisma: extended })
await extended.$transaction((tx) => chat.within(tx).messages.send('alice', 'room', { text: tx.chatRoom.shout() }))

const logging = new PostgresqlJs({
  omit: { chatUser: { description: true } },
  log: [{ emit: 'event', level: 'query' }],
})
const logged = createChatRouter({ ...options, prisma: logging })
await logging.$transaction((tx) => logged.within(tx).rooms.list('alice'))
