import { z } from 'zod'

/** An order, as the shop posts it. */
const order = z.strictObject({
  type: z.literal('order'),
  number: z.int(),
  status: z.enum(['paid', 'packed', 'shipped']),
  items: z.array(z.strictObject({ name: z.string().max(100), count: z.int().min(1) })).max(20),
  total: z.string().max(20),
})

/** Where somebody is. */
const location = z.strictObject({
  type: z.literal('location'),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  label: z.string().max(100),
})

const card = z.discriminatedUnion('type', [order, location])

/** What a message of the demo carries as `data`. */
export type Card = z.infer<typeof card>

/** What people may send of it: only the shop says what was ordered. */
export const cardOfPeople = card.refine(({ type }) => type !== 'order', {
  path: ['type'],
  error: 'orders are the shop’s',
})
