import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from '../drivers/connection.js'
import type { Finding } from '../finding.js'
import { foundCopy, homeOf } from '../home.js'
import { modelsFor } from '../models.js'
import { generatedBy, type HostSchema } from '../schema.js'

/** Compares the app's copy of our models with those of this version, and with the client that was generated. */
export function checkModels(cwd: string, schema: HostSchema, provider: Provider): Finding[] {
  const wrong = (what: string, mend: string): Finding => ({ level: 'wrong', about: 'models', what, mend })
  const home = homeOf(cwd, schema)
  const copy = foundCopy(cwd, schema, home, modelsFor(provider))
  if (copy.is === 'missing') return [wrong(`${home.path} with our models is not there yet`, 'npx express-chat init')]
  if (copy.is === 'older')
    return [wrong(`${copy.path} is of ${copy.version}`, 'npx express-chat init && npx prisma generate')]
  if (copy.is === 'changed') {
    const shown = copy.lines.slice(0, 3).join('; ')
    return [
      wrong(
        `${copy.path} is not as this version has it (${shown}${copy.lines.length > 3 ? '; …' : ''})`,
        'npx express-chat init shows all of it, and --force mends it',
      ),
    ]
  }
  // Until Prisma reads them, no client has them.
  if (home.todo.length > 0) return home.todo.map((todo) => wrong(`Prisma does not read ${copy.path} yet`, todo))
  return checkClient(cwd, schema, copy.path)
}

/** A client has the text of the schema that it was made from. */
function checkClient(cwd: string, schema: HostSchema, path: string): Finding[] {
  const place = generatedBy(schema)
  const about = 'models'
  if (!place)
    return [
      {
        level: 'unknown',
        about,
        what: 'no generator says where your Prisma client is',
        mend: 'npx prisma generate, after each change of the models',
      },
    ]
  const found = ['internal/class.ts', 'internal/class.js', 'schema.prisma']
    .map((file) => join(cwd, place, file))
    .find((file) => existsSync(file))
  if (!found)
    return [{ level: 'wrong', about, what: `there is no Prisma client in ${place} yet`, mend: 'npx prisma generate' }]
  const [line] = /^\s*"inlineSchema": (".*"),?$/m.exec(readFileSync(found, 'utf8'))?.slice(1) ?? []
  const text: string = line ? JSON.parse(line) : readFileSync(found, 'utf8')
  const own = schema.files.find((file) => file.path === path)?.text ?? ''
  const lines = new Set(text.split('\n').map(plain))
  const isOld = own.split('\n').some((each) => !each.trim().startsWith('//') && !lines.has(plain(each)))
  return isOld
    ? [
        {
          level: 'wrong',
          about,
          what: `the Prisma client in ${place} was made before the models were as they are`,
          mend: 'npx prisma generate',
        },
      ]
    : []
}

const plain = (line: string): string => line.trim().replace(/\s+/g, ' ')
