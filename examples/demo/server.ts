// An ordinary Express app with a chat in it. What is the chat's: `chat` itself, its router, and `attach`.
import { createServer } from 'node:http'
import express from 'express'
import { createChatRouter, jwtUser } from 'express-chat'
import { adminRoutes } from './admin.js'
import { busTo } from './bus.js'
import { cardOfPeople } from './cards.js'
import { openDatabase } from './database.js'
import { directoryOf } from './directory.js'
import { limitsTimes } from './limits.js'
import { isModerator, whoAmI } from './moderators.js'
import { buildPage } from './page.js'
import { pushRoutes, pushTo, vapidIn } from './push.js'
import { secretIn } from './secret.js'
import { seed } from './seed.js'
import { giveUp, settingsOf } from './settings.js'
import { sideBySide } from './side-by-side.js'
import { signIn, tokenFor } from './sign-in.js'
import { storageFor } from './storage.js'

const { data, page, port, rateFactor, contact, notifyAfter, databaseUrl, redisUrl, drainMs } = settingsOf(process.env)
const pages = page ?? (await buildPage())

const prisma = await openDatabase(data, databaseUrl)
const secret = await secretIn(data)
const { storage, origin: storeOrigin } = await storageFor(data, process.env)
const vapid = await vapidIn(data)
const resolveUser = jwtUser({ secret, algorithms: ['HS256'], queryParameter: 'token' })

const chat = createChatRouter({
  resolveUser,
  prisma,
  secret,
  storage,
  directory: directoryOf(prisma),
  data: { message: cardOfPeople },
  limits: limitsTimes(rateFactor),
  isModerator,
  editHistory: 'members',
  contact,
  notify: { afterSeconds: notifyAfter, handler: pushTo(prisma, vapid) },
  ...(redisUrl ? { bus: await busTo(redisUrl) } : {}),
})

const app = express()
app.disable('x-powered-by')
app.use((_request, response, next) => {
  // The links below carry tokens.
  response.set('Referrer-Policy', 'no-referrer')
  response.set(
    'Content-Security-Policy',
    // `blob:` is a picture, or a film, before it is uploaded.
    `default-src 'self'; img-src 'self' blob: https: ${storeOrigin}; media-src 'self' blob: ${storeOrigin}; frame-ancestors 'self'`,
  )
  next()
})
app.use(express.json())
app.use('/chat', chat.router)
app.use('/api/auth', signIn(prisma, secret))
app.get('/api/me', whoAmI(resolveUser))
app.use('/api/push', pushRoutes(prisma, vapid, resolveUser))
app.use('/api/admin', adminRoutes(chat, resolveUser))
app.use('/assets', express.static(pages))
// At the root, so that it may look for open pages of the chat.
app.get('/push-worker.js', (_request, response) => response.sendFile('push-worker.js', { root: pages }))
app.get('/', (_request, response) => response.sendFile('sign-in.html', { root: pages }))
app.get('/admin', (_request, response) => response.sendFile('admin.html', { root: pages }))
// The chat's router lets what is not its own through: so a page can live below the same path.
app.get(['/chat', '/chat/:roomId'], (_request, response) => response.sendFile('chat.html', { root: pages }))
app.get('/side-by-side', (_request, response) => response.send(sideBySide({ Alice: link(alice), Bob: link(bob) })))

const server = createServer(app)
chat.attach(server)
await chat.ready()
const { room, alice, bob } = await seed(chat, prisma)
server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
  giveUp(code === 'EADDRINUSE' ? `port ${port} is in use; take another one: PORT=${port + 1}` : message),
)
await new Promise<void>((resolve) => server.listen(port, resolve))

const site = `http://localhost:${port}`
const link = (user: typeof alice) => `/chat/${room.id}/?token=${tokenFor(secret, user)}`
console.log(`
The demo is running. Open these two links, in two tabs or browsers, and talk:

  Alice  ${site}${link(alice)}

  Bob    ${site}${link(bob)}

On your own? Both of them side by side:         ${site}/side-by-side
Or sign in as anyone, with the password "demo": ${site}/
All rooms, as an admin sees them:               ${site}/admin
Messages are kept in ${data}/. This is a demo: whoever reaches this port can sign in as anyone.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await chat.close({ drainMs })
    server.close(() => process.exit(0))
    // Who does not hang up is not waited for.
    setTimeout(() => process.exit(0), 2000).unref()
  })
}
