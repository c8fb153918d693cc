import { accessSync, constants, statSync } from 'node:fs'
import { mkdir, open, opendir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ChatStorage } from '../core/media/storage.js'
import { checkCall, object, text } from '../core/option-checks.js'

/** What `diskStorage` takes. */
export interface DiskStorageOptions {
  /** An existing folder of its own that this process may write to, and that nothing serves as static files. */
  directory: string
}

/** What is not whole yet, until it is renamed. */
const unfinished = '.part'
const isKey = /^[\w-]{1,100}(\.part)?$/

const example = "diskStorage({ directory: 'uploads' })"
const check = object<DiskStorageOptions>(
  { directory: text(`give a folder that exists, as ${example}`) },
  { required: ['directory'] },
)

/**
 * Keeps the bytes of media in a folder: on one server, or on a drive that all servers share.
 *
 * @throws TypeError without a folder, Error for one that cannot be used.
 */
export function diskStorage(options: DiskStorageOptions): ChatStorage {
  checkCall('diskStorage', options, check, example)
  const root = resolve(options.directory)
  checkDirectory(root)

  /** Folders by the end of the key: keys begin with the time, so their beginnings are alike. */
  const pathOf = (key: string): string => {
    if (!isKey.test(key)) throw new TypeError(`express-chat: ${JSON.stringify(key)} cannot be a storage key`)
    return join(root, key.replace(unfinished, '').slice(-2).padStart(2, '_'), key)
  }

  return {
    async put(key, bytes) {
      const path = pathOf(key)
      const part = `${path}${unfinished}`
      await mkdir(dirname(path), { recursive: true })
      try {
        const file = await open(part, 'wx', 0o600)
        try {
          await writeFile(file, bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(part, path)
        await syncFolder(dirname(path))
      } catch (error) {
        bytes.destroy()
        if (!hasCode(error, 'EEXIST')) await rm(part, { force: true })
        throw error
      }
    },

    async read(key, range) {
      const file = await orMissing(open(pathOf(key)))
      return file?.createReadStream(range)
    },

    async stat(key) {
      const found = await orMissing(stat(pathOf(key)))
      return found && { byteSize: found.size }
    },

    delete: (key) => rm(pathOf(key), { force: true }),

    async *list() {
      for await (const folder of await opendir(root)) {
        if (!folder.isDirectory() || folder.name.length !== 2) continue
        for await (const { name } of await opendir(join(root, folder.name))) {
          const found = isKey.test(name) && (await orMissing(stat(join(root, folder.name, name))))
          if (found) yield { key: name, modifiedAt: found.mtime }
        }
      }
    },
  }
}

function checkDirectory(root: string): void {
  let mend = `run: mkdir -p ${JSON.stringify(root)}; and let the user of this process write there`
  try {
    if (!statSync(root).isDirectory()) {
      mend = 'give a folder'
      throw new Error('it is a file')
    }
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new Error(`express-chat: diskStorage cannot use ${root} (${(cause as Error).message}); ${mend}`, { cause })
  }
}

/** A file's name is durable once its folder is. Windows cannot, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
