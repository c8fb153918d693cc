import type { JsonObject } from 'express-chat/client'
import type { Card as Shown } from '../../cards.js'
import { Icon } from '../design/icon.js'
import './card.css'

type Order = Extract<Shown, { type: 'order' }>
type Location = Extract<Shown, { type: 'location' }>

const statuses: Record<Order['status'], string> = { paid: 'Paid', packed: 'Packed', shipped: 'Shipped' }

/** What a message carries beside its text: an order, or a place. What this page does not know it leaves out. */
export function Card({ data, tab }: { data: JsonObject; tab: number }) {
  // The server has looked at what people send, and made the rest itself.
  const card = data as Shown
  if (card.type === 'order') return <OrderCard order={card} />
  return card.type === 'location' ? <LocationCard location={card} tab={tab} /> : null
}

/** What stands in for a card where there is one line for it. */
export function cardTitle(data: JsonObject): string {
  const card = data as Shown
  if (card.type === 'order') return `Order ${card.number}`
  return card.type === 'location' ? `Location: ${card.label}` : ''
}

function OrderCard({ order: { number, status, items, total } }: { order: Order }) {
  return (
    <div className="card">
      <header>
        <b>Order {number}</b>
        <span className={`order-status ${status}`}>{statuses[status]}</span>
      </header>
      <ul>
        {items.map(({ name, count }) => (
          <li key={name}>
            <span dir="auto">{name}</span>
            <span>× {count}</span>
          </li>
        ))}
      </ul>
      <footer>
        <span>Total</span>
        <b>{total}</b>
      </footer>
    </div>
  )
}

function LocationCard({ location: { latitude, longitude, label }, tab }: { location: Location; tab: number }) {
  const place = `${latitude}/${longitude}`
  return (
    <a
      className="card location"
      href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${place}`}
      target="_blank"
      rel="noopener noreferrer"
      tabIndex={tab}
    >
      <span className="location-mark">
        <Icon name="place" />
      </span>
      <span className="grow">
        <b dir="auto">{label}</b>
        <small>Open the map</small>
      </span>
    </a>
  )
}
