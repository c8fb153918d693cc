import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This package, as it is installed: from its sources as well as from its one built file. */
export function installed(): { folder: string; version: string } {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (folder !== dirname(folder)) {
    const { name, version } = packageIn(folder)
    if (name === 'express-chat') return { folder, version: String(version) }
    folder = dirname(folder)
  }
  throw new Error('express-chat does not find its own package.json')
}

/** What a folder's package.json says; nothing where there is none that can be read. */
export function packageIn(folder: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return {}
  }
}
