import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { call } from './command.js'

const page = readFileSync(new URL('../../docs/command.md', import.meta.url), 'utf8')
const names = [...page.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name)

it('names each command on its page, as the command itself does', async () => {
  const { out } = await call(['--help'])
  const lines = [...out.matchAll(/^ {2}(\w+) {2,}(?!<)\S/gm)].map(([, name]) => name)
  expect(names).toEqual(lines)
})

it.each(names)('shows the help of %s on its page', async (name) => {
  const { code, out } = await call([name, '--help'])
  expect(code).toBe(0)
  expect(page).toContain(`\`\`\`\n${out}\n\`\`\``)
})

it('knows what it is not, and says what it is', async () => {
  expect(await call(['migrat'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no command "migrat"[\s\S]*migrate/),
  })
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await call(['--version'])).toEqual({ code: 0, out: version, err: '' })
})
