import { byId, setText } from './dom.js'
import { plural, roomAvatar, roomName, typeNames, userName } from './format.js'

function aboutRoom({ type, isPublic, memberCount, description }) {
  const parts = [
    typeNames[type],
    isPublic && 'public',
    type !== 'private' && plural(memberCount, 'member'),
    description,
  ]
  return parts.filter(Boolean).join(' · ')
}

function typingText(names) {
  if (names.length === 0) return ''
  if (names.length === 1) return `${names[0]} is typing…`
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`
  return `${names[0]} and ${names.length - 1} others are typing…`
}

function showAvatar(place, room) {
  const shown = JSON.stringify([room.id, roomName(room), room.avatarUrl, room.peer?.avatarUrl])
  if (place.dataset.shown === shown) return
  place.dataset.shown = shown
  place.replaceChildren(roomAvatar(room))
}

/** What is around the messages of the open room, or what stands there instead of it. */
export function createRoomView() {
  const sections = { 'no-room': byId('no-room'), preview: byId('preview'), 'open-room': byId('open-room') }

  function show(name) {
    for (const [id, section] of Object.entries(sections)) section.hidden = id !== name
  }

  return {
    showNothing(text) {
      show('no-room')
      setText(byId('no-room-text'), text)
    },

    showPreview(room) {
      show('preview')
      showAvatar(byId('preview-avatar'), room)
      setText(byId('preview-name'), roomName(room))
      setText(byId('preview-about'), aboutRoom(room))
    },

    showRoom(conversation, userOf) {
      const { room, typingIds } = conversation
      const isPrivate = room.type === 'private'
      const canWrite = conversation.can('canCreateMessages')
      show('open-room')
      showAvatar(byId('room-avatar'), room)
      setText(byId('room-name'), roomName(room))
      setText(byId('room-about'), aboutRoom(room))
      setText(byId('typing'), typingText(typingIds.map((id) => userName(userOf(id)))))
      byId('add-people').hidden = isPrivate || !conversation.can('canAddUsers')
      byId('leave').hidden = isPrivate
      byId('composer-form').hidden = !canWrite
      byId('read-only').hidden = canWrite
    },
  }
}
