import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { secret, userOfHeader } from '../host.js'
import { givenDatabase } from './given.js'

/** A chat that is mounted, and whose server knows nothing of it. */
async function given() {
  const { prisma } = await givenDatabase()
  const warned: string[] = []
  let seconds = 0
  const chat = createChatRouter({
    resolveUser: userOfHeader,
    prisma,
    secret,
    clock: () => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000),
    logger: { warn: (text) => void warned.push(text), error: expect.fail },
  })
  onTestFinished(() => chat.close())
  const app = express()
  app.use('/chat', chat.router)
  const server: Server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const askAt = async (second: number): Promise<void> => {
    seconds = second
    const asked = { method: 'POST', headers: { 'x-user': 'alice' } }
    expect((await fetch(`http://127.0.0.1:${port}/chat/ws-ticket`, asked)).status).toBe(201)
  }
  return { chat, server, warned, askAt }
}

it('tickets that nothing can come of are warned of, once, and after a while', async () => {
  const { warned, askAt } = await given()
  for (const second of [0, 3, 9]) await askAt(second)
  expect(warned).toEqual([])
  for (const second of [10, 11, 30]) await askAt(second)
  expect(warned).toEqual([expect.stringContaining('call chat.attach(server) on the server that listens')])
})

it('tickets are well where a server was attached, or upgrades are handed over', async () => {
  const attached = await given()
  attached.chat.attach(attached.server)
  const handing = await given()
  await handing.askAt(0)
  handing.server.on('upgrade', (request, socket, head) => {
    handing.chat.handleUpgrade(request, socket, head)
    socket.destroy()
  })
  const { port } = handing.server.address() as AddressInfo
  await fetchUpgrade(port)
  for (const { askAt, warned } of [attached, handing]) {
    for (const second of [0, 10, 20]) await askAt(second)
    expect(warned).toEqual([])
  }
})

/** Asks for a socket of no path of ours; that it comes to nothing is all the same. */
const fetchUpgrade = (port: number): Promise<unknown> =>
  new Promise((resolve) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`)
    webSocket.once('error', resolve)
  })
