import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Command, CommandError, optionsOf, type Surroundings, UsageError } from './command.js'
import { installed, packageIn } from './package.js'

const help = `npx express-chat demo

  Runs the demo: an app with a chat, and people in it to try it as. The first time, npm brings the packages that it needs
  besides this one (about 150 MB on the disk). Your app, its packages and its database stay as they are.

  --port N       where it listens; else PORT, or 3000
  --folder PATH  where its packages, its database and its files are; else express-chat in XDG_CACHE_HOME, or in .cache of
                 your home folder. Delete it, and nothing of the demo is left.`

/** What the demo imports, and this package does not bring. Their versions are those that it was tested with. */
const others = ['@prisma/client', '@prisma/adapter-libsql', 'sharp', 'web-push']

/** What would take the demo elsewhere; whoever calls it in the folder of an app has that app's. */
const notOurs = /^(DATABASE_URL|REDIS_URL|S3_|AWS_)/

async function run(args: string[], { env, print }: Surroundings): Promise<number> {
  const options = optionsOf(args, { port: { type: 'string' }, folder: { type: 'string' } })
  const { port = env.PORT || '3000', folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'express-chat') } =
    options
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`--port is a number, not ${port}`)
  const home = resolve(folder)
  const shipped = join(await install(home, env, print), 'node_modules/express-chat/dist/demo')
  const own = Object.entries(env).filter(([name]) => !notOurs.test(name))
  const settings = { PORT: port, DATA: join(home, 'data'), PAGE: join(shipped, 'page'), NODE_ENV: 'production' }
  return ended(
    spawn(process.execPath, [join(shipped, 'server.js')], {
      env: { ...Object.fromEntries(own), ...settings },
      stdio: 'inherit',
    }),
  )
}

/** Gives the folder in which all that the demo needs is installed, this package among it. */
async function install(home: string, env: Surroundings['env'], print: Surroundings['print']): Promise<string> {
  const { folder, version } = installed()
  const place = join(home, version)
  if (existsSync(place)) return place
  print(`npm brings what the demo needs to ${place}, once …`)
  const { devDependencies } = packageIn(folder) as { devDependencies: Record<string, string> }
  const wanted = others.map((name) => `${name}@${devDependencies[name]}`)
  // Under another name until it is whole: whoever is ended on the way, or is not alone, leaves no half of it.
  const unfinished = `${place}.${process.pid}`
  try {
    await mkdir(unfinished, { recursive: true })
    // The one that the adapter takes by itself keeps files open.
    const overrides = { '@prisma/adapter-libsql': { '@libsql/client': devDependencies['@libsql/client'] } }
    await writeFile(join(unfinished, 'package.json'), JSON.stringify({ private: true, overrides }))
    const flags = ['--install-links', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error']
    if ((await ended(npm(['install', ...flags, folder, ...wanted], unfinished, env))) !== 0) {
      throw new CommandError('npm could not install what the demo needs; why is said above')
    }
    await rename(unfinished, place)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Somebody else was faster.
    if (!existsSync(place)) throw error
  }
  return place
}

/** The npm that belongs to this Node.js; on Windows, `npm` itself could be started by a shell only. */
function npm(args: string[], cwd: string, env: Surroundings['env']): ChildProcess {
  const bin = dirname(process.execPath)
  const script = [
    ...[env.npm_execpath ?? ''].filter((path) => /npm-cli\.[cm]?js$/.test(path)),
    join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(bin, 'node_modules/npm/bin/npm-cli.js'),
  ].find(existsSync)
  const [program, given] = script === undefined ? ['npm', args] : [process.execPath, [script, ...args]]
  return spawn(program, given, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** The exit code of what was started. A terminal's Ctrl+C reaches it by itself; SIGTERM is passed on. */
function ended(child: ChildProcess): Promise<number> {
  const waits = () => undefined
  const ends = () => void child.kill('SIGTERM')
  process.on('SIGINT', waits).on('SIGTERM', ends)
  return new Promise<number>((done, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => done(code ?? 1))
  }).finally(() => process.off('SIGINT', waits).off('SIGTERM', ends))
}

export const demo: Command = { summary: 'runs the demo, in a folder of its own', help, run }
