import { expect, inject, it } from 'vitest'
import { mustRun } from './run.js'

const consumer = inject('consumer')
const names = (module: string) => `console.log(Object.keys(${module}).sort().join())`

it('is imported alike by ES modules and by CommonJS', async () => {
  const esm = await mustRun(
    consumer,
    'node',
    '--input-type=module',
    '-e',
    `import * as chat from 'express-chat'; ${names('chat')}`,
  )
  const cjs = await mustRun(consumer, 'node', '--input-type=commonjs', '-e', names("require('express-chat')"))
  expect(esm).toContain('createChatRouter')
  expect(cjs).toBe(esm)
})

it('gives its models and SQL by their names', async () => {
  const resolve =
    "console.log(require.resolve('express-chat/prisma/chat.prisma'), require.resolve('express-chat/prisma/mysql.sql'))"
  await mustRun(consumer, 'node', '--input-type=commonjs', '-e', resolve)
})
