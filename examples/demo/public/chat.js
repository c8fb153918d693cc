import { chatApi, chatUrl, signInUrl } from './api.js'
import { createAttachments } from './attachments.js'
import { createComposer } from './composer.js'
import {
  confirm,
  createAddPeopleDialog,
  createDiscoverDialog,
  createMembersDialog,
  createNewRoomDialog,
  wireCloseButtons,
} from './dialogs.js'
import { byId, setText } from './dom.js'
import { roomName, userAvatar, userName } from './format.js'
import { Loader } from './loader.js'
import { createMessageActions } from './message-actions.js'
import { createMessageList } from './message-list.js'
import { wireMyPicture } from './my-picture.js'
import { Outbox } from './outbox.js'
import { createReadMarker } from './read-marker.js'
import { createRoomList } from './room-list.js'
import { createRoomView } from './room-view.js'
import { Connection } from './socket.js'
import { Store } from './store.js'
import { soon } from './timing.js'
import { attempt, toast } from './toast.js'

const farthestJumpPages = 10

const token = new URLSearchParams(location.search).get('token')
const roomIdOf = (path) => decodeURIComponent(path.match(/^\/chat\/([^/]+)\/?$/)?.[1] ?? '') || null

if (token) start()
else location.replace(signInUrl(roomIdOf(location.pathname)))

function start() {
  let openId = roomIdOf(location.pathname)
  /** A public room that is looked at from outside. */
  let preview = null

  const api = chatApi(token, () => connection.endSession())
  const render = soon(show)
  const store = new Store({ onChange: render, onLeft })
  const loader = new Loader({ api, store })
  const connection = new Connection({ getTicket: api.ticket, getSeen: () => store.seen, onFrame, onState })
  const outbox = new Outbox({
    send: ({ roomId, clientId, text, replyTo, media }) => {
      const mediaIds = media.map(({ id }) => id)
      return connection.command('message.send', { roomId, clientId, text, mediaIds, replyToId: replyTo?.id })
    },
    isLive: () => connection.isLive,
    onSent: (message) => store.takeMessage(message),
    onChange: render,
  })

  const roomView = createRoomView()
  const roomList = createRoomList(byId('rooms'), { hrefOf: (roomId) => chatUrl(token, roomId), onOpen: go })
  const actions = createMessageActions({
    store,
    connection,
    outbox,
    getComposer: () => composer,
    onJump: (to) => attempt(() => jumpTo(to)),
  })
  const messageList = createMessageList({
    store,
    outbox,
    onAction: actions.run,
    onWantOlder: loadOlder,
    onMoved: () => readMarker.check(),
  })
  const readMarker = createReadMarker({
    store,
    connection,
    isAtEnd: () => messageList.isAtEnd,
    getOpen: openConversation,
  })
  const attachments = createAttachments({
    token,
    onChange: () => {
      byId('send').disabled = attachments?.isUploading
    },
  })
  const composer = createComposer({
    attachments,
    onSend: send,
    onEdit: actions.edit,
    onEditLast: () => actions.editLast(openConversation()),
    onTyping: tellTyping,
  })
  const newRoomDialog = createNewRoomDialog({ api, store, onCreated: (room) => go(store.takeRoom(room).id) })
  const addPeopleDialog = createAddPeopleDialog({ api })
  const membersDialog = createMembersDialog({
    store,
    onMore: (conversation) => attempt(() => loader.members(conversation)),
  })
  const discoverDialog = createDiscoverDialog({ api, store, onJoin: join, onOpen: go })
  /** What the lists show, for they are set up anew for another room. */
  let shown = null

  wireCloseButtons()
  wireHeader()
  wireMyPicture({ token, api, onChanged: showMe })
  addEventListener('popstate', () => open(roomIdOf(location.pathname)))
  show()
  connection.start()

  function openConversation() {
    const conversation = openId && store.get(openId)
    return conversation?.isMine ? conversation : null
  }

  // Frames and states of the connection

  function onFrame(frame) {
    if (frame.type === 'welcome') return attempt(() => onWelcome(frame))
    store.apply(frame)
    if (frame.type === 'room.joined') return onJoined(frame.room)
    if (frame.type === 'room.reset') return attempt(() => onReset(frame))
    const { message } = frame
    if (message?.clientId && message.user?.id === store.me.id) outbox.remove(message.clientId)
    return undefined
  }

  async function onWelcome(welcome) {
    const isRead = await loader.rooms(store.welcome(welcome))
    if (isRead) await loadOpen()
  }

  async function onJoined(room) {
    // Events that go to many leave out what depends on the reader.
    if (!room.me) await attempt(() => loader.room(room.id))
    if (room.id === openId) await attempt(loadOpen)
  }

  async function onReset({ roomId }) {
    await loader.room(roomId)
    if (roomId === openId) await loadOpen()
  }

  function onLeft(conversation, reason) {
    outbox.removeRoom(conversation.id)
    const name = roomName(conversation.room)
    if (reason === 'removed') toast(`You were removed from ${name}`)
    if (reason === 'deleted') toast(`${name} was deleted`)
    if (conversation.id === openId) go(null)
  }

  function onState(state) {
    if (state === 'live') outbox.flush()
    else store.clearTyping()
    showConnection(state)
    readMarker.check()
  }

  function showConnection(state) {
    const texts = {
      connecting: 'Connecting…',
      live: '',
      reconnecting: 'Connection lost. Reconnecting…',
      offline: 'You are offline. What you write is sent when you are back.',
      'signed-out': 'You are signed out.',
    }
    const bar = byId('connection')
    bar.dataset.state = state
    bar.hidden = state === 'live'
    setText(byId('connection-text'), texts[state])
    byId('connection-link').hidden = state !== 'signed-out'
    byId('connection-link').href = signInUrl(openId)
  }

  // Which room is open

  function go(roomId) {
    if (roomId !== openId) history.pushState(null, '', chatUrl(token, roomId))
    open(roomId)
  }

  function open(roomId) {
    openId = roomId
    preview = null
    render()
    if (store.me) attempt(loadOpen)
  }

  async function loadOpen() {
    const roomId = openId
    if (!roomId) return
    if (!store.get(roomId)?.isMine) {
      const room = await loader.room(roomId)
      if (roomId !== openId) return
      if (!room) return missing()
      preview = room.me ? null : room
      render()
    }
    if (openConversation()) await loader.latest(openConversation())
    render()
  }

  function missing() {
    toast('There is no such room, or it is not yours to see')
    go(null)
  }

  async function join(roomId) {
    await attempt(async () => {
      await api.join(roomId)
      await loader.room(roomId)
      go(roomId)
    })
  }

  async function loadOlder() {
    const conversation = openConversation()
    if (!conversation || loader.isLoading(conversation)) return
    const loading = attempt(() => loader.older(conversation))
    render()
    await loading
    render()
  }

  async function jumpTo({ id, seq }) {
    const conversation = openConversation()
    for (let page = 0; page < farthestJumpPages && conversation.firstSeq > seq; page++)
      await loader.older(conversation, 100)
    show()
    if (!messageList.flash(id)) toast('That message is too far up')
  }

  function send(text, replyTo, media) {
    actions.send(openId, text, replyTo, media)
    show()
    messageList.scrollToEnd()
  }

  function tellTyping(roomId, isTyping) {
    connection.command('typing', { roomId, isTyping }).catch(() => {})
  }

  function wireHeader() {
    byId('new-room').addEventListener('click', newRoomDialog)
    byId('discover').addEventListener('click', discoverDialog)
    byId('add-people').addEventListener('click', () => addPeopleDialog(openConversation()))
    byId('members').addEventListener('click', () => membersDialog.open(openConversation()))
    byId('join').addEventListener('click', () => join(openId))
    byId('leave').addEventListener('click', () => attempt(leave))
    for (const link of document.querySelectorAll('[data-to-list]')) {
      link.href = chatUrl(token)
      link.addEventListener('click', (event) => {
        event.preventDefault()
        go(null)
      })
    }
  }

  async function leave() {
    const { id, room } = openConversation()
    if (await confirm(`Leave ${room.name}?`, 'Leave')) await api.leave(id)
  }

  // Showing it all

  function show() {
    const conversation = openConversation()
    document.body.dataset.view = openId ? 'room' : 'list'
    if (store.me) showMine()
    if (conversation) showRoom(conversation)
    else showClosed()
    showTitle(conversation)
    readMarker.check()
  }

  function showMine() {
    const { conversations, me } = store
    if (byId('my-name').textContent !== userName(me)) byId('my-avatar').replaceChildren(userAvatar(me))
    setText(byId('my-name'), userName(me))
    byId('rooms-empty').hidden = conversations.length > 0
    roomList.render(conversations, { openId, me, unreadOf })
  }

  function showMe(user) {
    store.me = user
    byId('my-avatar').replaceChildren(userAvatar(user))
    render()
  }

  function showRoom(conversation) {
    roomView.showRoom(conversation, (id) => store.user(id))
    if (conversation !== shown) {
      shown = conversation
      composer.open(conversation.id)
      messageList.open(conversation)
    }
    messageList.render(loader.isLoading(conversation))
    byId('no-messages').hidden = !conversation.hasMessages || conversation.messages.length > 0
    membersDialog.render()
  }

  function showClosed() {
    shown = null
    if (preview) roomView.showPreview(preview)
    else roomView.showNothing(openId ? 'Opening the room…' : 'Choose a room, or make a new one.')
  }

  /** What is in sight is as good as read; the marker follows in a moment. */
  function unreadOf(conversation) {
    return conversation === readMarker.inSight() ? 0 : conversation.unread
  }

  function showTitle(conversation) {
    const loud = store.conversations.filter(({ room }) => !room.me.muted)
    const unread = loud.reduce((sum, each) => sum + unreadOf(each), 0)
    const name = conversation ? roomName(conversation.room) : 'Chat'
    document.title = unread ? `(${unread}) ${name}` : name
  }
}
