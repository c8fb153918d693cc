import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { shapeOf } from './shape.js'

const page = readFileSync(new URL('../../docs/tables.md', import.meta.url), 'utf8')
const sections = page.split(/^## /m).filter((section) => section.startsWith('chat_'))

/** A line for each column that the page names, worded as `shapeOf` does. */
const named = sections.flatMap((section) => {
  const [table] = section.split('\n')
  return [...section.matchAll(/^\| `(\w+)` \| (text|int|bool|time)( or null)? \|/gm)].map(
    ([, column, type, orNull]) => {
      return `${table}.${column} ${type}${orNull ? '' : ' not null'}`
    },
  )
})

describe.each(databases)('the columns that docs/tables.md promises on $name', ({ name, open }) => {
  it('are there, with their types, and its example runs', async () => {
    const { prisma, execute, close } = await open()
    const columns = (await shapeOf(prisma, name)).map((line) => line.replace(' with a default', ''))
    expect(named.length).toBe((page.match(/^\| `/gm) ?? []).length)
    expect(named.filter((line) => !columns.includes(line))).toEqual([])
    const [, example = ''] = /```sql\n(.*?)```/s.exec(page) ?? []
    expect(example).toContain('SELECT')
    await execute(example)
    await close()
  })
})
