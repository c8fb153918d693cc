import { createChatClient } from 'express-chat/client'
import { ChatProvider } from 'express-chat/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { session, signInAddress } from '../app/address.js'
import { App } from '../app/app.js'
import { OverlaysProvider } from '../design/overlays.js'
import '../app/theme.js'
import '../design/tokens.css'
import '../design/base.css'
import '../design/controls.css'

const page = document.getElementById('page')

if (session === null) {
  const room = location.pathname.match(/^\/chat\/([^/]+)\/?$/)?.[1]
  const code = new URLSearchParams(location.search).get('invite')
  location.replace(signInAddress(room === undefined ? null : decodeURIComponent(room), code))
} else if (page) {
  const { token } = session
  const client = createChatClient({ url: '/chat', auth: () => token, storage: localStorage })
  createRoot(page).render(
    <StrictMode>
      <ChatProvider client={client}>
        <OverlaysProvider>
          <App />
        </OverlaysProvider>
      </ChatProvider>
    </StrictMode>,
  )
}
