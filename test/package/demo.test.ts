import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { type Example, freePort, runNode } from '../examples/process.js'

const folder = mkdtempSync(join(tmpdir(), 'express-chat-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = join(inject('consumer'), 'node_modules/express-chat/dist/command.js')
/** As in the folder of an app, which has a database of its own, or as where no package can be had. */
const ofAnApp = {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/app',
  S3_ENDPOINT: 'http://127.0.0.1:1',
  S3_BUCKET: 'app',
}
const withoutRegistry = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' }

async function start(env: Record<string, string>): Promise<{ demo: Example; site: string; link: URL }> {
  const port = await freePort()
  const demo = runNode([command, 'demo', '--port', `${port}`, '--folder', folder], env)
  const [, link = ''] = await demo.printed(/Alice +(http\S+)/, 240_000)
  return { demo, site: `http://localhost:${port}`, link: new URL(link) }
}

/** The texts of the room that the link leads to, after this one is sent there, if any is. */
async function texts(site: string, link: URL, text?: string): Promise<string[]> {
  const path = `${site}/chat/rooms/${link.pathname.split('/')[2]}/messages`
  const headers = { authorization: `Bearer ${link.searchParams.get('token')}`, 'content-type': 'application/json' }
  if (text !== undefined) {
    const sent = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ text }) })
    expect(sent.status).toBe(201)
  }
  const { items } = (await (await fetch(path, { headers })).json()) as { items: { text: string }[] }
  return items.map((message) => message.text)
}

it('runs its demo from a folder of its own, and again without a registry, with all that was said', async () => {
  const first = await start(ofAnApp)
  expect(first.demo.output).toContain('once …')
  for (const path of ['/', '/chat', '/admin', '/side-by-side', '/push-worker.js', '/assets/licenses.md']) {
    expect((await fetch(`${first.site}${path}`)).status, path).toBe(200)
  }
  expect(await texts(first.site, first.link, 'Kept?')).toContain('Kept?')
  expect(await first.demo.end('SIGTERM')).toEqual({ code: 0, signal: null })

  const second = await start(withoutRegistry)
  expect(second.demo.output).not.toContain('once …')
  expect(await texts(second.site, second.link)).toContain('Kept?')
  expect(await second.demo.end('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(readdirSync(folder).sort()).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/), 'data'])
})

it('says where npm could bring nothing, and leaves nothing half done', async () => {
  const nowhere = join(folder, 'data', 'nowhere')
  const demo = runNode([command, 'demo', '--folder', nowhere], withoutRegistry)
  expect(await demo.ended).toMatchObject({ code: 1 })
  expect(demo.output).toMatch(/ECONNREFUSED[\s\S]*express-chat demo: npm could not install what the demo needs/)
  expect(demo.output).not.toMatch(/^ +at /m)
  expect(readdirSync(nowhere)).toEqual([])
})
