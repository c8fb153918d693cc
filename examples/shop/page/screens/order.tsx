import { useMembers, useRoomByKey } from 'express-chat/react'
import type { Account } from '../app/account.js'
import { ask, useAsked } from '../app/ask.js'
import { cardOf, type ShopData } from '../chat/card.js'
import { Conversation } from '../chat/conversation.js'
import { Form } from '../design/form.js'
import { money } from '../design/money.js'
import { Notice } from '../design/notice.js'
import { Picture } from '../design/picture.js'
import './order.css'

/** The order on the one side, and on the other what its two people say. */
export function OrderScreen({ id, account }: { id: string; account: Account }) {
  const { data: order, error } = useAsked<{ buyerId: string | null }>(`/orders/${id}`)
  const { status, room } = useRoomByKey<ShopData>(`order:${id}`)
  const { items: members } = useMembers(room?.id)
  if (error) return <Notice title={error} />
  if (status === 'missing') return <Notice title="There is no conversation about this order." />
  if (!order || !room) return null
  const card = cardOf(room)
  const isBuyer = order.buyerId === account.id
  const other = members.find(({ user }) => user.id !== account.id)?.user
  return (
    <div className="order">
      <aside className="card stack" aria-label="The order">
        <Picture emoji={card.emoji} size="large" />
        <div>
          <h1>{card.title}</h1>
          <p>
            {money(card.price)} · <span className={`status ${card.status}`}>{card.status}</span>
          </p>
          <small>
            Order {card.orderId}, {isBuyer ? 'sold by' : 'bought by'} {other?.name ?? 'somebody who is gone'}
          </small>
        </div>
        {isBuyer && card.status === 'paid' && (
          <Form action="I have received it" onSubmit={() => ask(`/orders/${id}/received`, 'POST')}>
            <small>Say so once you have it: then the order is done.</small>
          </Form>
        )}
      </aside>
      <Conversation roomId={room.id} />
    </div>
  )
}
