import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { AccountProvider } from './app/account.js'
import { App } from './app/app.js'
import './design/tokens.css'
import './design/base.css'

const page = document.getElementById('page')
if (page) {
  createRoot(page).render(
    <StrictMode>
      <AccountProvider>
        <App />
      </AccountProvider>
    </StrictMode>,
  )
}
