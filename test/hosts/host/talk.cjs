const assert = require('node:assert')
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { createClient } = require('@libsql/client')
const jsonwebtoken = require('jsonwebtoken')
const { WebSocket } = require('ws')

const secret = 'a secret of the host, of more than 32 characters'

/** A new folder, with a database that has the chat's tables. */
async function givenPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'express-chat-host-'))
  const url = `file:${join(folder, 'chat.db')}`
  const database = createClient({ url })
  await database.executeMultiple(readFileSync(process.env.CHAT_SQL, 'utf8'))
  database.close()
  return { folder, url, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC'

/** Does what a user does, and fails unless they then see what they should. */
async function talk(port) {
  const token = jsonwebtoken.sign({ name: 'Alice' }, secret, { subject: 'alice', expiresIn: 60 })
  const headers = { authorization: `Bearer ${token}` }
  const call = async (method, path, body) => {
    const isForm = body instanceof FormData
    const response = await fetch(`http://127.0.0.1:${port}/chat${path}`, {
      method,
      headers: isForm || body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }

  const form = new FormData()
  form.append('file', new Blob([Buffer.from(png, 'base64')]), 'square.png')
  const picture = await call('POST', '/media', form)
  const { id: roomId } = await call('POST', '/rooms', { type: 'group', name: 'Friends' })
  await call('POST', `/rooms/${roomId}/messages`, { clientId: 'http', text: 'over HTTP', mediaIds: [picture.id] })
  await sayOverSocket(`ws://127.0.0.1:${port}/chat/ws`, headers, {
    roomId,
    clientId: 'socket',
    text: 'over the socket',
  })

  const { items } = await call('GET', `/rooms/${roomId}/messages`)
  const said = items.filter(({ kind }) => kind === 'user')
  assert.deepEqual(
    said.map(({ user, text, media }) => [user.name, text, media.map(({ contentType }) => contentType)]),
    [
      ['Alice', 'over HTTP', ['image/png']],
      ['Alice', 'over the socket', []],
    ],
  )
  // By sharp alone.
  assert.equal(said[0].media[0].thumbnailUrl !== null, process.env.HAS_SHARP === 'true', 'a thumbnail')
}

/** Resolves once the message was acknowledged, and told to its own sender. */
function sayOverSocket(url, headers, message) {
  const socket = new WebSocket(url, ['chat.v1'], { headers })
  const awaited = new Set(['ok', 'message.created'])
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code, reason) => reject(new Error(`the socket was closed: ${code} ${reason}`)))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello' })))
    socket.on('message', (data) => {
      const frame = JSON.parse(data)
      if (frame.type === 'ready') socket.send(JSON.stringify({ type: 'message.send', id: '1', ...message }))
      if (frame.type === 'error') reject(new Error(JSON.stringify(frame)))
      awaited.delete(frame.type)
      if (awaited.size === 0) resolve()
    })
  }).finally(() => socket.terminate())
}

module.exports = { givenPlace, secret, talk }
