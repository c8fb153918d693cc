import { readFileSync } from 'node:fs'
import { hostClient } from './host-client.js'
import { mysqlModels } from './mysql-models.js'
import { mysqlTables } from './mysql-tables.js'
import { createTables } from './schema-engine.js'
import { withNewColumns } from './upgrade-columns.js'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** Everything in git that is written from the models, by its path in the repository. */
export async function artifacts(chat: string): Promise<Record<string, string>> {
  const [sqlite, postgresql] = await Promise.all([createTables('sqlite', chat), createTables('postgresql', chat)])
  const models = mysqlModels(chat)
  const shop = await createTables('sqlite', read('examples/shop/shop.prisma'))
  const tables = { sqlite, postgresql, mysql: mysqlTables(postgresql, models) }
  return {
    'prisma/chat.mysql.prisma': models,
    'src/store/host-client.ts': hostClient(chat),
    'examples/shop/tables.sql': shop,
    ...Object.fromEntries(Object.entries(tables).map(([name, sql]) => [`prisma/${name}.sql`, sql])),
    ...Object.fromEntries(Object.entries(tables).map(([name, sql]) => upgradeTo(name, sql))),
  }
}

function upgradeTo(name: string, tables: string): [path: string, sql: string] {
  const path = `prisma/upgrades/0.1-to-0.2.${name}.sql`
  return [path, withNewColumns(read(path), read(`test/prisma/before/${name}.sql`), tables)]
}
