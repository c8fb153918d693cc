// Makes the Prisma clients that the sources, the examples, the tests and the benchmark import, and is done within
// milliseconds where they are there. They are not in git: 90,000 lines that nobody reads. Whatever needs them runs this
// file first, several processes at once if need be.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The folder that holds each client, the files that its models are in, and its database. */
const clients = [
  // The one that the sources are written against. Nothing else imports it, and they import its types only.
  { folder: 'prisma/generated', models: ['prisma/chat.prisma'], provider: 'sqlite' },
  // The host that the examples and the tests play.
  {
    folder: 'examples/prisma/generated',
    models: ['examples/prisma/host.prisma', 'prisma/chat.prisma'],
    provider: 'sqlite',
  },
  {
    folder: 'examples/prisma/postgresql/generated',
    models: ['examples/prisma/host.prisma', 'prisma/chat.prisma'],
    provider: 'postgresql',
  },
  {
    folder: 'test/mysql/generated',
    models: ['examples/prisma/host.prisma', 'prisma/chat.mysql.prisma'],
    provider: 'mysql',
  },
  // A shop with a schema of its own, which our models stand beside.
  {
    folder: 'examples/shop/generated',
    models: ['examples/shop/shop.prisma', 'prisma/chat.prisma'],
    provider: 'sqlite',
  },
  // What the chat is measured against.
  { folder: 'bench/peers/generated', models: ['bench/peers/handler.prisma'], provider: 'postgresql' },
]

const cli = createRequire(import.meta.url).resolve('prisma/package.json')
const { version, bin } = JSON.parse(readFileSync(cli, 'utf8'))

// All to their ends, so that none leaves a draft behind where another fails.
const failed = (await Promise.allSettled(clients.map(refresh))).find(({ status }) => status === 'rejected')
if (failed) throw failed.reason

async function refresh({ folder, models, provider }) {
  const schema = `\
generator client {
  provider            = "prisma-client"
  output              = "./client"
  moduleFormat        = "esm"
  importFileExtension = "js"
}

datasource db {
  provider = "${provider}"
}

${models.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')}`
  const stamp = `// Made from ${createHash('sha256').update(`${version}\n${schema}`).digest('hex')}\n`
  const place = join(root, folder)
  if (readIfThere(join(place, 'client.ts'))?.endsWith(stamp)) return

  mkdirSync(dirname(place), { recursive: true })
  const draft = mkdtempSync(`${place}-`)
  try {
    writeFileSync(join(draft, 'schema.prisma'), schema)
    await generate(join(draft, 'schema.prisma'))
    appendFileSync(join(draft, 'client/client.ts'), stamp)
    moveFiles(join(draft, 'client'), place)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

async function generate(schema) {
  // It needs no schema engine, but the CLI downloads one unless it is told of a file that exists.
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  const args = [join(dirname(cli), bin.prisma), 'generate', '--no-hints', '--schema', schema]
  await promisify(execFile)(process.execPath, args, { cwd: root, env })
}

/**
 * Each file at once, so that whoever reads meanwhile, or moves the same files here, finds all of them whole; and the one with
 * the stamp last: where it is, the others are.
 */
function moveFiles(from, to) {
  mkdirSync(to, { recursive: true })
  const names = readdirSync(from).sort((a, b) => Number(a === 'client.ts') - Number(b === 'client.ts'))
  for (const gone of readdirSync(to).filter((name) => !names.includes(name))) {
    rmSync(join(to, gone), { recursive: true, force: true })
  }
  for (const name of names) {
    const [source, target] = [join(from, name), join(to, name)]
    if (statSync(source).isDirectory()) moveFiles(source, target)
    else renameSync(source, target)
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
