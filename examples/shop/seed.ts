import type { Database } from './database.js'
import { hashPassword } from './passwords.js'

const things = [
  ['🚲', 'Blue bicycle', 'Three gears, new tyres and a bell. It wants to go out.', 120],
  ['🪑', 'Kitchen chair', 'Beech, from the fifties. One of four; the other three stay.', 35],
  ['📷', 'Film camera', 'It works, and there is a film in it of which nobody knows the pictures.', 85],
  ['🎸', 'Guitar for travelling', 'Small, with a bag. The strings are new.', 140],
  ['🪴', 'Monstera', 'As tall as a child of ten. To be fetched, it does not fit into a parcel.', 25],
  ['🔭', 'Telescope', 'One can see the rings of Saturn with it, and the neighbours.', 690],
] as const

/** The first people and things, so that there is something to buy. */
export async function seed(prisma: Database) {
  if ((await prisma.user.count()) > 0) return
  const password = await hashPassword('shop')
  const person = (name: string, isStaff = false) =>
    prisma.user.create({ data: { name, email: `${name.toLowerCase()}@example.com`, password, isStaff } })
  const flora = await person('Flora')
  await person('Ben')
  await person('Sam', true)
  const data = things.map(([emoji, title, description, price]) => ({
    emoji,
    title,
    description,
    price: price * 100,
    sellerId: flora.id,
  }))
  await prisma.listing.createMany({ data: data.reverse() })
}
