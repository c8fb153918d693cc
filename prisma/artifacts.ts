import { mysqlModels } from './mysql-models.js'
import { mysqlTables } from './mysql-tables.js'
import { createTables } from './schema-engine.js'

/** The models, and those of the host that the examples and the tests play. */
export interface Models {
  chat: string
  host: string
}

/** Everything that is written from the models, by its path in the repository. */
export async function artifacts({ chat, host }: Models): Promise<Record<string, string>> {
  const [sqlite, postgresql] = await Promise.all([createTables('sqlite', chat), createTables('postgresql', chat)])
  const mysql = mysqlModels(chat)
  return {
    'prisma/chat.mysql.prisma': mysql,
    'prisma/sqlite.sql': sqlite,
    'prisma/postgresql.sql': postgresql,
    'prisma/mysql.sql': mysqlTables(postgresql, mysql),
    'examples/prisma/schema/chat.prisma': chat,
    'examples/prisma/postgresql/schema.prisma': `${hostOn('postgresql', host)}\n${chat}`,
    'test/mysql/schema.prisma': `${hostOn('mysql', host)}\n${mysql}`,
  }
}

/** The clients that the Prisma CLI generates: the folder that holds each one, and the schema that it is made from. */
export const clients = [
  { folder: 'examples/prisma/generated', schema: 'examples/prisma/schema' },
  { folder: 'examples/prisma/postgresql/generated', schema: 'examples/prisma/postgresql/schema.prisma' },
  { folder: 'test/mysql/generated', schema: 'test/mysql/schema.prisma' },
  { folder: 'bench/peers/generated', schema: 'bench/peers/handler.prisma' },
]

function hostOn(provider: 'postgresql' | 'mysql', host: string): string {
  return host.replace('provider = "sqlite"', `provider = "${provider}"`).replace('"../generated"', '"./generated"')
}
