import type { DataOf, Room } from 'express-chat/client'
import type { OrderCard } from '../../orders.js'

/** What rooms of the shop carry, for the hooks: `useRoom<ShopData>(…)`. */
export type ShopData = DataOf<{ room: OrderCard }>

const unknown: OrderCard = { orderId: 0, title: 'A conversation', emoji: '💬', price: 0, status: 'paid' }

export const cardOf = ({ data }: Pick<Room<ShopData>, 'data'>): OrderCard => data ?? unknown
