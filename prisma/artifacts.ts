import { mysqlModels } from './mysql-models.js'
import { mysqlTables } from './mysql-tables.js'
import { createTables } from './schema-engine.js'

/** Everything in git that is written from the models, by its path in the repository. */
export async function artifacts(chat: string): Promise<Record<string, string>> {
  const [sqlite, postgresql] = await Promise.all([createTables('sqlite', chat), createTables('postgresql', chat)])
  const mysql = mysqlModels(chat)
  return {
    'prisma/chat.mysql.prisma': mysql,
    'prisma/sqlite.sql': sqlite,
    'prisma/postgresql.sql': postgresql,
    'prisma/mysql.sql': mysqlTables(postgresql, mysql),
  }
}
