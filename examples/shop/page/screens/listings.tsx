import { useAsked } from '../app/ask.js'
import { Link } from '../app/router.js'
import { money } from '../design/money.js'
import { Notice } from '../design/notice.js'
import { Picture } from '../design/picture.js'
import type { Listing } from './listing.js'
import './listings.css'

export function ListingsScreen() {
  const { data, error, reload } = useAsked<Listing[]>('/listings')
  if (error) return <Notice title={error} action="Try again" onAction={reload} />
  if (data?.length === 0) return <Notice title="Everything is sold" text="Have you got something?" />
  return (
    <>
      <h1>Things that want to go on</h1>
      <ul className="listings">
        {data?.map(({ id, emoji, title, price, seller }) => (
          <li key={id} className="card">
            <Picture emoji={emoji} size="large" />
            <Link href={`/listings/${id}`}>{title}</Link>
            <span className="price">{money(price)}</span>
            <small>from {seller.name}</small>
          </li>
        ))}
      </ul>
    </>
  )
}
