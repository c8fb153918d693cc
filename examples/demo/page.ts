import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const builds = join(root, 'node_modules/.cache/express-chat-demo')
const vite = join(root, 'node_modules/vite/bin/vite.js')
const sources = ['examples/demo/page', 'src/client', 'src/react', 'src/contract']

type PageMode = 'production' | 'development'

/**
 * Bundles the page, unless that was done for these very sources before, and gives the folder with it. Only the demo does that
 * when it starts; an app of yours has a build. The folder is named by what it was made of, so that demos which run or start
 * at the same time do not disturb each other.
 */
export async function buildPage(
  mode: PageMode = process.env.NODE_ENV === 'development' ? 'development' : 'production',
): Promise<string> {
  const folder = join(builds, `${await fingerprint()}-${mode}`)
  if (existsSync(folder)) return folder
  console.log('Bundling the page, once …')
  const unfinished = `${folder}.${process.pid}`
  // In a process of its own: bundling takes memory, and sets NODE_ENV for everything after it.
  const build = [vite, 'build', join(root, 'examples/demo/page'), '--outDir', unfinished, '--logLevel', 'warn']
  await promisify(execFile)(process.execPath, build, { cwd: root, env: { ...process.env, NODE_ENV: mode } })
  await rename(unfinished, folder).catch(async (error) => {
    await rm(unfinished, { recursive: true, force: true })
    // Somebody else was faster.
    if (!existsSync(folder)) throw error
  })
  return folder
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of ['package-lock.json', ...(await filesIn(sources))]) {
    hash.update(`${path}\0`).update(await readFile(join(root, path)))
  }
  return hash.digest('hex').slice(0, 16)
}

async function filesIn(folders: readonly string[]): Promise<string[]> {
  const listed = folders.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
  })
  return (await Promise.all(listed)).flat().sort()
}
