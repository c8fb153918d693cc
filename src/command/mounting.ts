import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { prismaMajor } from '../store/prisma-version.js'
import type { Provider } from './drivers/connection.js'
import { packageIn } from './package.js'
import { generatedBy, type HostSchema } from './schema.js'

export interface Adapter {
  name: string
  class: string
  make: string
  /** What the URL is where the environment says none. */
  url: string
  install: string
}

const adapters: Record<Provider, Adapter> = {
  sqlite: {
    name: '@prisma/adapter-libsql',
    class: 'PrismaLibSql',
    make: 'new PrismaLibSql({ url: DATABASE_URL })',
    url: 'file:chat.db',
    install: '@prisma/adapter-libsql @libsql/client@0.18.0',
  },
  postgresql: {
    name: '@prisma/adapter-pg',
    class: 'PrismaPg',
    make: 'new PrismaPg({ connectionString: DATABASE_URL })',
    url: '',
    install: '@prisma/adapter-pg',
  },
  mysql: {
    name: '@prisma/adapter-mariadb',
    class: 'PrismaMariaDb',
    make: 'new PrismaMariaDb(DATABASE_URL)',
    url: '',
    install: '@prisma/adapter-mariadb mariadb@3.5.4',
  },
}

export const adapterFor = (provider: Provider): Adapter => adapters[provider]

/** The packages that the app lacks for a chat on this database. */
export function missingPackages(cwd: string, provider: Provider): string[] {
  const { dependencies, devDependencies } = packageIn(cwd) as Record<string, Record<string, string> | undefined>
  const named = { ...dependencies, ...devDependencies }
  const { name, install } = adapters[provider]
  return [
    ...('@prisma/client' in named ? [] : [`@prisma/client@${prismaMajor}`]),
    ...(name in named ? [] : install.split(' ')),
  ]
}

/** The lines that put the chat into the app, in the app's own kind of modules. */
export function mountLines(cwd: string, schema: HostSchema, provider: Provider): string {
  const { type } = packageIn(cwd)
  const isCommonJs = type !== 'module' && !existsSync(join(cwd, 'tsconfig.json'))
  const adapter = adapters[provider]
  const from = (what: string, module: string) =>
    isCommonJs ? `const { ${what} } = require('${module}')` : `import { ${what} } from '${module}'`
  return `${from('createServer', 'node:http')}
${from(adapter.class, adapter.name)}
${from('createChatRouter, jwtUser', 'express-chat')}
${from('PrismaClient', clientOf(cwd, schema))}

const { CHAT_SECRET = '', DATABASE_URL = '${adapter.url}' } = process.env

const prisma = new PrismaClient({ adapter: ${adapter.make} })

const chat = createChatRouter({
  resolveUser: jwtUser({ secret: CHAT_SECRET, algorithms: ['HS256'] }),   // or a function of yours: (request) => ({ id, name })
  prisma,
  secret: CHAT_SECRET,                                                    // 32 characters or more
})

app.use('/chat', chat.router)                 // your Express app

const server = createServer(app)              // in place of app.listen
chat.attach(server)
${isCommonJs ? 'chat.ready().then(() => server.listen(3000))' : 'await chat.ready()\nserver.listen(3000)'}`
}

/** From where the app's sources are to where the generator puts the client. */
function clientOf(cwd: string, schema: HostSchema): string {
  const place = generatedBy(schema)
  if (place === undefined) return '@prisma/client'
  const client = relative(existsSync(join(cwd, 'src')) ? 'src' : '.', place).replaceAll('\\', '/')
  const module = schema.files.some(({ text }) => /^\s*provider\s*=\s*"prisma-client"/m.test(text))
    ? `${client}/client.js`
    : client
  return module.startsWith('.') ? module : `./${module}`
}
