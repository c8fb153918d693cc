import type { Account } from '../app/account.js'
import { useSession } from '../app/account.js'
import { ask, useAsked } from '../app/ask.js'
import { navigate } from '../app/router.js'
import { Field, Form } from '../design/form.js'
import { money } from '../design/money.js'
import { Notice } from '../design/notice.js'
import { Picture } from '../design/picture.js'
import './listings.css'

/** A thing that somebody sells, as the server gives it. */
export interface Listing {
  id: number
  sellerId: string
  seller: { name: string }
  title: string
  description: string
  emoji: string
  price: number
  soldAt: string | null
}

export function ListingScreen({ id, account }: { id: string; account: Account }) {
  const { data, error } = useAsked<Listing>(`/listings/${id}`)
  if (error) return <Notice title={error} />
  if (!data) return null
  return (
    <article className="listing">
      <Picture emoji={data.emoji} size="large" />
      <div className="stack">
        <div>
          <h1>{data.title}</h1>
          <p>{data.description}</p>
        </div>
        <p>
          <strong className="price">{money(data.price)}</strong> <small>from {data.seller.name}</small>
        </p>
        {data.soldAt && <p>It is sold.</p>}
        {!data.soldAt && data.sellerId !== account.id && <OrderForm listing={data} account={account} />}
      </div>
    </article>
  )
}

function OrderForm({ listing, account }: { listing: Listing; account: Account }) {
  const { reload } = useSession()
  const order = async (fields: FormData) => {
    const { id } = await ask<{ id: number }>('/orders', 'POST', { listingId: listing.id, note: fields.get('note') })
    await reload()
    navigate(`/orders/${id}`)
  }
  return (
    <div className="card">
      <Form action={`Buy for ${money(listing.price)}`} onSubmit={order}>
        <Field label={`A word to ${listing.seller.name}`} hint={`You have ${money(account.credit)} to spend.`}>
          <textarea name="note" rows={3} defaultValue="Hello! When can I fetch it?" required />
        </Field>
      </Form>
    </div>
  )
}
