import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { asyncApi } from '../../src/http/asyncapi.js'
import { clientCalls, commandCalls, eventCall } from '../../src/http/docs-page/client-calls.js'
import { html } from '../../src/http/docs-page/html.js'
import { docsPage } from '../../src/http/docs-page/page.js'
import { bundled } from '../../src/http/docs-page/script/bundle.js'
import { documentsOf } from '../../src/http/documents.js'
import { frameExamples } from '../../src/http/examples.js'
import { openApi } from '../../src/http/openapi.js'
import { routes } from '../../src/http/routes.js'
import { longMs } from '../patience.js'

const api = openApi(routes, '/chat')
const socket = asyncApi('/chat')
const page = docsPage(api, socket)
const entries = new Map(
  page.split('<details class="entry" id="').map((part): [string, string] => [part.slice(0, part.indexOf('"')), part]),
)

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

/** The code of an entry in a language, as it is copied. */
const codeIn = (entry: string, language: string): string[] =>
  [...entry.matchAll(new RegExp(`data-language="${language}">.*?<code>(.*?)</code></pre>`, 'gs'))].map(
    ([, text = '']) => unescaped(text),
  )

const examplesIn = (entry: string): { schema: string; value: unknown }[] =>
  [...entry.matchAll(/<div class="example" data-schema="([^"]+)">.*?<code>(.*?)<\/code>/gs)].map(
    ([, schema = '', text = '']) => ({ schema, value: JSON.parse(unescaped(text)) }),
  )

const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods))
const frames = Object.keys(socket.components.messages)

describe('the page of the API', () => {
  const rest = { strict: false }
  const ofHttp = new Ajv2020(rest)
  const ofSocket = new Ajv(rest)
  formats.default(ofHttp as never)
  formats.default(ofSocket as never)
  ofHttp.addSchema({ $id: 'http', components: api.components })
  ofSocket.addSchema({ $id: 'socket', components: socket.components })
  const validator = (name: string): ValidateFunction | undefined =>
    name in api.components.schemas
      ? ofHttp.getSchema(`http#/components/schemas/${name}`)
      : ofSocket.getSchema(`socket#/components/schemas/${name}`)

  it('has every operation, command and event, each with an example, and each object', () => {
    const ids = [...operations.map(({ operationId }) => operationId), ...frames, ...Object.keys(api.components.schemas)]
    expect(ids.filter((id) => !entries.has(id))).toEqual([])
    for (const { operationId, requestBody, responses } of operations) {
      const entry = entries.get(operationId) ?? ''
      expect(codeIn(entry, 'sh'), operationId).toHaveLength(1)
      expect(codeIn(entry, 'ts'), operationId).toHaveLength(1)
      const named = [requestBody, ...Object.values(responses)].flatMap((each) =>
        each && 'content' in each ? (each.content?.['application/json']?.schema.$ref ?? []) : [],
      )
      const shown = examplesIn(entry).map(({ schema }) => `#/components/schemas/${schema}`)
      expect(shown, operationId).toEqual([...new Set(named)])
    }
    for (const id of frames) {
      const entry = entries.get(id) ?? ''
      expect(examplesIn(entry), id).toHaveLength(1)
      expect(codeIn(entry, 'ts'), id).toHaveLength(1)
      expect(codeIn(entry, 'js'), id).toHaveLength(id.startsWith('client.') ? 1 : 0)
    }
  })

  it('shows only examples that fit their schemas', () => {
    const wrong = [...entries].flatMap(([id, entry]) =>
      examplesIn(entry).flatMap(({ schema, value }) => {
        const validate = validator(schema)
        if (!validate) return [`${id}: there is no ${schema}`]
        return validate(value) ? [] : [`${id}: ${JSON.stringify(validate.errors)}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('has a call of the client for each operation and each frame, and none for what there is not', () => {
    expect(Object.keys(clientCalls).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
    const sent = frames.filter((key) => key.startsWith('client.')).map((key) => key.slice('client.'.length))
    expect(Object.keys(commandCalls).sort()).toEqual(sent.sort())
  })

  it('shows calls of the client that compile', { timeout: longMs }, () => {
    const calls = [
      ...Object.values(clientCalls),
      ...Object.values(commandCalls),
      ...frameExamples.map((frame) => eventCall(frame.type, frame)),
    ]
    const known = `import { type ChatClient, type Media, createChatClient } from 'express-chat/client'
declare const client: ChatClient
declare const media: Media
declare const file: Blob
declare const roomId: string, messageId: string, mediaId: string, inviteId: string, code: string, scheduledId: string, reportId: string
declare function show(value: unknown): void
const room = client.room(roomId)
export const made = createChatClient
`
    const text = known + calls.map((call, n) => `export async function call${n}() {\n${call}\n}\n`).join('')
    expect(errorsOf(text)).toEqual([])
    expect(errorsOf(`${known}export const none = client.rooms.none`)).not.toEqual([])
  })

  it('shows lines for a shell that send the example', () => {
    const [line = ''] = codeIn(entries.get('sendMessage') ?? '', 'sh')
    expect(line).toContain("curl --request POST 'https://example.com/chat/rooms/0198c5a1-")
    expect(line).toContain("--header 'Authorization: Bearer …'")
    expect(line).toContain(`--data '{"text":"Soup is ready, @Bob"`)
    expect(codeIn(entries.get('uploadMedia') ?? '', 'sh')[0]).toContain("--form 'file=@soup.jpg'")
    expect(codeIn(entries.get('listRooms') ?? '', 'sh')[0]).toMatch(
      /^curl 'https:\/\/example.com\/chat\/rooms\?limit=20'/,
    )
    const byCookie = { session: { type: 'apiKey', in: 'cookie', name: 'sid' } } as const
    const signedIn = docsPage(openApi(routes, '/chat', { securitySchemes: byCookie }), socket)
    expect(signedIn).toContain("--cookie 'sid=…'")
  })

  it('escapes whatever the host says', () => {
    const evil = `</script><img src=x onerror="alert('x')">`
    const schemes = { [evil]: { type: 'apiKey', in: 'header', name: evil } } as const
    const shown = docsPage(openApi(routes, `/${evil}`, { securitySchemes: schemes }), asyncApi(`/${evil}`))
    expect(shown).not.toContain('<img')
    expect(shown.match(/<script\b/g)).toHaveLength(1)
    expect(html`<p title="${evil}">${evil}</p>`.text).not.toMatch(/<img|title="[^"]*"[^>]/)
  })

  it('brings nothing from elsewhere, nothing inline, and is of a size that a phone bears', () => {
    expect(page).not.toMatch(/\son\w+=|<style|style="|(?:src|href)="(?:https?:)?\/\//)
    expect(page.match(/<script[^>]*>[^<]/)).toBeNull()
    expect(Buffer.byteLength(page)).toBeLessThan(600_000)
    expect(gzipSync(page).length).toBeLessThan(50_000)
  })

  it('is let by its policy to run its own script, and nothing that somebody slips in', () => {
    const [policy = ''] = documentsOf(routes, '/chat').flatMap(({ path, headers }) =>
      path === '/docs' ? headers['Content-Security-Policy'] : [],
    )
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  it('has each id once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([])
  })
})

// Where this fails after the script or the style was changed: `npm run generate`.
it('the script and the style that are served are those of the folder script', async () => {
  expect(readFileSync('src/http/docs-page/assets.ts', 'utf8')).toBe(await bundled())
})

/** What the compiler has against a file of somebody who uses the client. */
function errorsOf(text: string): string[] {
  const path = join(process.cwd(), 'test/http/calls.ts')
  const { config } = ts.readConfigFile('tsconfig.json', (file) => readFileSync(file, 'utf8'))
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, compilerOptions: { ...config.compilerOptions, lib: ['ES2023', 'DOM'] } },
    ts.sys,
    process.cwd(),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, ...others) =>
    name === path ? ts.createSourceFile(name, text, ts.ScriptTarget.Latest) : getSourceFile(name, ...others)
  host.fileExists = (name) => name === path || fileExists(name)
  const program = ts.createProgram([path], options, host)
  const file = program.getSourceFile(path)
  return ts
    .getPreEmitDiagnostics(program, file)
    .map(
      ({ messageText, start = 0 }) =>
        `${ts.flattenDiagnosticMessageText(messageText, ' ')}: ${text.slice(start, start + 60)}`,
    )
}
