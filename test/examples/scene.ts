import sharp from 'sharp'
import type { Demo } from './demo.js'

/** What people who plan a trip say to each other: long and short, with all that a message can have. */
export async function givenTrip(demo: Demo): Promise<string> {
  const [alice, bob, carol, zoe] = await Promise.all(
    ['Alice', 'Bob', 'Carol Nakamura', 'Zoë Öztürk-Lindqvist'].map((name) => personIn(demo, name)),
  )
  if (!alice || !bob || !carol || !zoe) throw new Error('somebody did not come')
  const everybody = [bob, carol, zoe].map(({ id }) => id)

  await alice.ask('PATCH', '/users/me', {
    description: 'Product, coffee, long walks',
    avatarMediaId: await alice.upload('alice.png', await landscape(400, 400, '#f6a', '#86f')),
  })
  await bob.ask('PATCH', '/users/me', {
    description: 'Backend',
    avatarMediaId: await bob.upload('bob.png', await landscape(400, 400, '#3c8', '#066')),
  })
  for (const [name, text] of [
    ['Platform', 'The migration ran through, nothing to do for you'],
    ['Lunch', 'Ramen at 12:30?'],
    ['Incident 2026-11-14: payments were slow for customers in the north', 'All clear since 14:05'],
    ['مشروع الترجمة', 'مرحبا، هل راجعت النص الجديد؟'],
  ] as const) {
    const { id } = await carol.ask('POST', '/rooms', { type: 'group', name, userIds: [alice.id] })
    await carol.say(id, text)
  }
  const news = { type: 'channel', name: 'Announcements', isPublic: true, userIds: [alice.id, bob.id] }
  await carol.say((await carol.ask('POST', '/rooms', news)).id, 'The new office opens on Monday 🎉')
  const together = await zoe.ask('POST', '/rooms', { type: 'private', userIds: [alice.id] })
  await zoe.say(together.id, 'Thank you so much for yesterday!')

  const { id } = await alice.ask('POST', '/rooms', {
    type: 'group',
    name: 'Trip to Lisbon',
    description: 'Four days in May. Flights, food and where to sleep.',
    userIds: everybody,
    avatarMediaId: await alice.upload('lisbon.png', await landscape(400, 400, '#fb5', '#e44')),
  })
  await alice.say(id, 'Morning everyone! I found flights that leave Friday at 9.')
  await alice.say(id, 'They are cheap until Sunday, so let us decide soon.')
  const question = await bob.say(id, 'Friday works for me. Which airport?')
  await alice.say(id, 'The small one, it is closer to the centre', { replyToId: question.id })
  const picture = await bob.upload('view.png', await landscape(1600, 1000, '#fc9', '#737'))
  const view = await bob.say(id, 'The view from the flat', { mediaIds: [picture] })
  const reactions = `/rooms/${id}/messages/${view.id}/reactions`
  for (const person of [alice, carol, zoe]) await person.ask('POST', reactions, { reaction: '😍' })
  await alice.ask('POST', reactions, { reaction: '🔥' })
  await alice.say(id, 'Wow. @Bob you are a hero', { mentions: [bob.id] })
  await carol.say(id, 'Costs so far:\n```\nconst total = people.length * (flight + nights * bed)\n```')
  const wrong = await carol.say(id, 'oops')
  await carol.ask('DELETE', `/rooms/${id}/messages/${wrong.id}`)
  const nearly = await alice.say(id, 'Looks right, `flight` is 92 by now')
  await alice.ask('PATCH', `/rooms/${id}/messages/${nearly.id}`, { text: 'Looks right, `flight` is 94 by now' })
  await zoe.say(id, 'I am in! @Alice shall we share the room with the balcony? There is space for two.', {
    mentions: [alice.id],
  })
  await bob.say(id, 'I booked it ✅')
  return id
}

async function personIn(demo: Demo, name: string) {
  const { token, client } = await demo.signIn(name)
  async function ask(method: string, path: string, body?: unknown) {
    const answer = await client.call(method, `/chat${path}`, body)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    id: name.toLowerCase(),
    ask,
    say: (roomId: string, text: string, more = {}) => ask('POST', `/rooms/${roomId}/messages`, { text, ...more }),
    async upload(filename: string, bytes: Buffer): Promise<string> {
      const form = new FormData()
      form.append('file', new File([new Uint8Array(bytes)], filename, { type: 'image/png' }))
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${demo.origin}/chat/media`, { method: 'POST', headers, body: form })
      return ((await response.json()) as { id: string }).id
    },
  }
}

const landscape = (width: number, height: number, sky: string, sea: string): Promise<Buffer> =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 100" preserveAspectRatio="xMidYMid slice"
      width="${width}" height="${height}">
      <linearGradient id="sky" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" stop-color="${sky}"/><stop offset="1" stop-color="${sea}"/>
      </linearGradient>
      <rect width="160" height="100" fill="url(#sky)"/><circle cx="112" cy="35" r="14" fill="#fff8"/>
      <path d="M0 100 L48 45 L80 75 L109 55 L160 100 Z" fill="#0006"/>
    </svg>`),
  )
    .png()
    .toBuffer()
