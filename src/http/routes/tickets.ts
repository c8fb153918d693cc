import { ticket } from '../../contract/frames.js'
import { component } from '../component.js'
import { made, route } from '../route.js'

export const ticketComponents = {
  Ticket: component(ticket, 'Opens one socket, once, until `expiresAt`.', {
    ticket: 'eyJ1c2VySWQiOiJhbGljZSJ9.c2lnbmVk',
    expiresAt: '2026-08-19T09:30:30.000Z',
  }),
}

export const ticketRoutes = [
  route('POST /ws-ticket', {
    name: 'issueTicket',
    summary: 'A ticket for a socket',
    description: 'It opens one socket, once, within 30 s.',
    rate: 'tickets',
    statuses: [201],
    response: ticketComponents.Ticket,
    handle: async ({ tickets, revocations, session, askAgain }) =>
      made(await revocations.settle(session, askAgain, (admitted) => tickets.issue(admitted))),
  }),
]
