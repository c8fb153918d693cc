import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { overridesFor } from '../store/driver-version.js'
import { type Command, CommandError, optionsOf, type Surroundings } from './command.js'
import type { Provider } from './drivers/connection.js'
import { foundCopy, type Home, homeOf } from './home.js'
import { type Copy, modelsFor, stamped } from './models.js'
import { adapterFor, missingPackages, mountLines } from './mounting.js'
import { findSchema, type HostSchema } from './schema.js'

const help = `npx express-chat init

  Puts our models into your Prisma schema, as a file of its own, or brings that file up to date; and prints what is left
  to do. It writes no other file, and not over a change of yours.

  --schema PATH   your schema, a file or a folder; else as Prisma finds it: prisma.config.ts, prisma/schema.prisma
  --dry-run       say what it would write, and write nothing
  --check         write nothing, and exit with 1 if there is anything to do: for CI
  --force         write over a file of ours that was changed by hand`

async function run(args: string[], around: Surroundings): Promise<number> {
  const options = optionsOf(args, {
    schema: { type: 'string' },
    'dry-run': { type: 'boolean' },
    check: { type: 'boolean' },
    force: { type: 'boolean' },
  })
  const { cwd, print, complain } = around
  const schema = findSchema(cwd, options.schema)
  const { provider } = schema
  if (!provider)
    throw new CommandError(`no file of ${schema.place} has a datasource, which would say what database it is`)
  const models = modelsFor(provider)
  const home = homeOf(cwd, schema)
  const copy = foundCopy(cwd, schema, home, models)
  const path = copy.is === 'missing' ? home.path : copy.path
  const isOwnFile = copy.is === 'missing' || !isShared(cwd, schema, path)
  const mayWrite =
    copy.is === 'missing' || copy.is === 'older' || (copy.is === 'changed' && options.force === true && isOwnFile)

  if (options.check) {
    const todo = [...(copy.is === 'current' ? [] : [`${stateOf(copy, path)}; npx express-chat init`]), ...home.todo]
    for (const line of todo) complain(line)
    if (todo.length === 0) print(stateOf(copy, path))
    return todo.length === 0 ? 0 : 1
  }
  if (!mayWrite) print(stateOf(copy, path))
  else if (options['dry-run']) print(`Would write ${path} (${stateOf(copy, path)}).`)
  else {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), stamped(models))
    print(`Wrote ${path}${copy.is === 'older' ? `, which was of ${copy.version}` : ''}.`)
  }
  if (copy.is === 'changed' && !mayWrite) {
    complain(changed(copy, isOwnFile))
    return 1
  }
  print(`\n${nextSteps(cwd, schema, provider, home, copy)}`)
  return 0
}

/** Whether models of the host are in the same file. */
function isShared(cwd: string, { files }: HostSchema, path: string): boolean {
  const file = files.find((each) => each.path === path) ?? findSchema(cwd, path).files[0]
  return /^\s*(datasource|generator)\s|^(model|enum) (?!Chat)/m.test(file?.text ?? '')
}

function stateOf(copy: Copy, path: string): string {
  if (copy.is === 'missing') return `${path} is not there yet`
  if (copy.is === 'current') return `${path} is up to date.`
  return copy.is === 'older' ? `${path} is of ${copy.version}` : `${path} is not as this version has it`
}

function changed({ lines }: Extract<Copy, { is: 'changed' }>, isOwnFile: boolean): string {
  const shown = lines.slice(0, 20).map((line) => `  ${line}`)
  const more = lines.length > 20 ? [`  … and ${lines.length - 20} more`] : []
  const mend = isOwnFile
    ? 'Keep what you need of it in a file of your own, and let npx express-chat init --force write ours.'
    : 'Take our models out of it, and run npx express-chat init again: they get a file of their own.'
  return [`It was changed by hand, or copied from another version (- ours, + yours):`, ...shown, ...more, mend].join(
    '\n',
  )
}

function nextSteps(cwd: string, schema: HostSchema, provider: Provider, { todo }: Home, copy: Copy): string {
  const packages = missingPackages(cwd, provider)
  // What is installed already is for the doctor to look at.
  const { name } = adapterFor(provider)
  const overrides = packages.some((each) => each === name) ? overridesFor(name) : undefined
  const tables =
    provider === 'mysql'
      ? 'make the tables: npx express-chat migrate; or with Prisma: npx prisma migrate dev --create-only --name chat, with the SQL of npx express-chat migrate --print in its file, as Prisma’s own compares ids without their case'
      : 'make the tables: npx prisma migrate dev --name chat; without Prisma’s migrations: npx express-chat migrate'
  const steps = [
    ...(overrides ? [`first say in package.json which driver the adapter is to take: ${overrides}`] : []),
    ...(packages.length > 0 ? [`npm install ${packages.join(' ')}`] : []),
    ...todo,
    ...(copy.is === 'older'
      ? [
          'upgrade the tables: npx express-chat migrate; with Prisma’s migrations as node_modules/express-chat/docs/hosts.md says',
        ]
      : [tables]),
    'npx prisma generate',
  ]
  const numbered = steps.map((step, n) => `${n + 1}. ${step}`)
  if (copy.is === 'older') return numbered.join('\n')
  return `${numbered.join('\n')}
${steps.length + 1}. mount it:

${mountLines(cwd, schema, provider)}

${steps.length + 2}. start it with \`node --env-file=.env …\`: Node.js does not read .env by itself, our commands do`
}

export const init: Command = {
  summary: 'puts our models into your Prisma schema, and says how to go on',
  help,
  run,
}
