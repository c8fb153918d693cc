import { RawSocket } from './raw-socket.js'

const open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>"
const authenticate = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
const bind = "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"

const addressOf = (roomId: string): string => `${roomId}@rooms.localhost`

/** XMPP over WebSocket (RFC 7395): a stranger with a nickname, in a room (XEP-0045). */
export async function enterRoom(port: number, nickname: string, roomId = 'room-0'): Promise<RawSocket> {
  const socket = await RawSocket.open(port, '/xmpp-websocket', { 'Sec-WebSocket-Protocol': 'xmpp' })
  const ask = (question: string, answer: string): Promise<string> => {
    const heard = socket.heard(answer)
    socket.send(question)
    return heard
  }
  await ask(open, '<stream:features')
  await ask(authenticate, '<success')
  await ask(open, '<stream:features')
  await ask(bind, '<iq')
  await enterAnother(socket, nickname, roomId)
  return socket
}

/** Resolves with the room's subject, which is the last of what someone is sent who enters. */
export function enterAnother(socket: RawSocket, nickname: string, roomId: string): Promise<string> {
  const subject = socket.heard('<message')
  socket.send(
    `<presence xmlns='jabber:client' to='${addressOf(roomId)}/${nickname}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
  )
  return subject
}

export const groupMessage = (id: string, roomId: string, text: string): string =>
  `<message xmlns='jabber:client' type='groupchat' to='${addressOf(roomId)}' id='${id}'><body>${text}</body></message>`
