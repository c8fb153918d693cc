import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { chromium } from 'playwright-core'
import { expect, inject, it } from 'vitest'
import { startsMs } from './demo.js'
import { freePort, runNode, temporaryFolder } from './process.js'
import { describeInBrowser } from './stage.js'
import { visit } from './visitor.js'

describeInBrowser('the process of the shop', { timeout: startsMs }, () => {
  it('starts by `npm run shop` and nothing before it, serves the sources of its page, and ends by itself on SIGTERM', async () => {
    const [folder, port] = await Promise.all([temporaryFolder(), freePort()])
    const env = { DATA: folder.path, PORT: String(port) }
    const [, ...args] = JSON.parse(readFileSync('package.json', 'utf8')).scripts.shop.split(' ')
    const process = runNode(args, env)
    const browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] })
    try {
      const [, address = ''] = await process.printed(/The shop is open: (\S+)/)
      const { page, troubles } = await visit(browser, address)
      await page.getByLabel('E-mail').fill('flora@example.com')
      await page.getByLabel('Password').fill('shop')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('link', { name: 'Blue bicycle' }).waitFor()
      expect(troubles()).toEqual([])
      expect(await process.end('SIGTERM')).toEqual({ code: 0, signal: null })
    } finally {
      await browser.close()
      await process.end('SIGKILL')
      await folder.remove()
    }
  })
})

it(
  'the shop says what to do when its port is in use',
  async () => {
    const folder = await temporaryFolder()
    const other = createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const shop = runNode(['--import', 'tsx', 'examples/shop/server.ts'], { DATA: folder.path, PORT: String(port) })
    expect(await shop.ended).toMatchObject({ code: 1 })
    expect(shop.output).toContain(`The shop cannot open: port ${port} is in use`)
    expect(shop.output).not.toMatch(/^ +at /m)
    other.close()
    await folder.remove()
  },
  startsMs,
)
