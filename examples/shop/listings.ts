import { Router } from 'express'
import { z } from 'zod'
import type { Database } from './database.js'
import { ShopError } from './errors.js'
import { accountOf } from './sessions.js'

const listingId = z.coerce.number().pipe(z.int32())
const newListing = z.object({
  title: z.string().trim().min(1, 'Say what it is').max(60, 'The title is too long'),
  description: z.string().trim().min(1, 'Say something about it').max(1000, 'The description is too long'),
  emoji: z.emoji('Choose a picture'),
  price: z.int('Say what it costs').min(1, 'Say what it costs').max(1_000_000, 'That is too expensive for this shop'),
})

const shown = {
  id: true,
  sellerId: true,
  seller: { select: { name: true } },
  title: true,
  description: true,
  emoji: true,
  price: true,
  soldAt: true,
} as const

export function listingRoutes(prisma: Database): Router {
  const router = Router()
  router.get('/', async (_request, response) => {
    response.json(await prisma.listing.findMany({ where: { soldAt: null }, orderBy: { id: 'desc' }, select: shown }))
  })
  router.get('/:id', async (request, response) => {
    const listing = await prisma.listing.findUnique({
      where: { id: listingId.parse(request.params.id) },
      select: shown,
    })
    if (!listing) throw new ShopError(404, 'There is no such thing in the shop')
    response.json(listing)
  })
  router.post('/', async (request, response) => {
    const { id: sellerId } = accountOf(request)
    const { id } = await prisma.listing.create({ data: { ...newListing.parse(request.body), sellerId } })
    response.status(201).json({ id })
  })
  return router
}
