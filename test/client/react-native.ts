import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const version = '0.86.3'
const cache = fileURLToPath(new URL('../../node_modules/.cache/express-chat-tests', import.meta.url))
const run = promisify(execFile)

/**
 * The folder with React Native's own sources, out of its package, which is fetched once and not installed: what it depends
 * on takes several hundred MB, and a few of its files are needed. Rejects where the registry cannot be reached.
 */
export async function reactNative(): Promise<string> {
  const folder = join(cache, `react-native-${version}`)
  if (existsSync(folder)) return join(folder, 'package')
  await mkdir(cache, { recursive: true })
  const unfinished = await mkdtemp(`${folder}.`)
  try {
    await run('npm', [
      'pack',
      `react-native@${version}`,
      '--pack-destination',
      unfinished,
      '--silent',
      '--fetch-retries=0',
    ])
    await run('tar', ['-xzf', join(unfinished, `react-native-${version}.tgz`), '-C', unfinished, 'package/Libraries'])
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another run was faster.
    if (!existsSync(folder)) throw error
  }
  return join(folder, 'package')
}
