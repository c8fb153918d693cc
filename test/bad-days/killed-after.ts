import type { PrismaClient } from '../../examples/prisma/generated/client.js'

/** A client that kills its process with SIGKILL after so many statements; they count from `begin` on. */
export function killedAfter(client: PrismaClient, statements: number) {
  let isCounting = false
  let count = 0
  const prisma = client.$extends({
    query: {
      async $allOperations({ args, query }) {
        const result = await query(args)
        if (isCounting) count += 1
        if (count === statements) process.kill(process.pid, 'SIGKILL')
        return result
      },
    },
  })
  const begin = () => {
    isCounting = true
  }
  return { prisma, begin }
}
