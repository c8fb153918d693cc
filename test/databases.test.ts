import { describe, expect, it } from 'vitest'
import { databases } from './databases.js'

describe.each(databases)('a test database on $name', ({ open }) => {
  it('starts empty, and is shared by its clients', async () => {
    const { prisma, connect, close } = await open()
    await prisma.user.create({ data: { id: 'alice', name: 'Alice' } })
    await prisma.chatUser.create({ data: { id: 'alice', name: 'Alice 图' } })
    expect(await connect().chatUser.findMany()).toMatchObject([{ id: 'alice', name: 'Alice 图', description: '' }])
    await close()
  })

  it('is not that of another test', async () => {
    const [mine, another] = await Promise.all([open(), open()])
    await mine.prisma.chatUser.create({ data: { id: 'alice', name: 'Alice' } })
    expect(await another.prisma.chatUser.count()).toBe(0)
    await Promise.all([mine.close(), another.close()])
  })
})
