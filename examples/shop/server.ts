import { settingsOf } from './settings.js'
import { openShop } from './shop.js'

const settings = settingsOf(process.env)
const shop = await openShop(settings).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error
  console.error(`The shop cannot open: port ${settings.port} is in use. Take another one: PORT=3001 npm run shop`)
  process.exit(1)
})
console.log(`
The shop is open: ${settings.siteUrl}

Sign in as flora@example.com, who sells, as ben@example.com, who buys, or as sam@example.com, who looks after the shop.
The password of all three is "shop". Use two browsers to be two of them at once.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await shop.close()
    process.exit(0)
  })
}
