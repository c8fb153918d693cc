// Runs in the browser while no page of the chat is open.
addEventListener('push', (event) => {
  const { title, body, roomId, userId } = event.data.json()
  const options = { body, tag: roomId, renotify: true, icon: '/assets/icon.svg', data: { roomId, userId } }
  event.waitUntil(registration.showNotification(title, options))
})

addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

/** In the page of the chat that is there, or in a new one. */
async function open({ roomId, userId }) {
  const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find(({ url }) => new URL(url).searchParams.get('as') === userId)
  if (!page) return clients.openWindow(`/chat/${encodeURIComponent(roomId)}/?as=${encodeURIComponent(userId)}`)
  page.postMessage({ openRoom: roomId })
  return page.focus()
}
