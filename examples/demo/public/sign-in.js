import { chatUrl, signIn } from './api.js'
import { byId } from './dom.js'
import { explain } from './toast.js'

const form = byId('sign-in')
const error = form.querySelector('.form-error')
const { username, password, room } = form.elements

room.value = new URLSearchParams(location.search).get('room') ?? ''
username.focus()

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  error.textContent = ''
  byId('sign-in-button').disabled = true
  try {
    const { token } = await signIn(username.value.trim(), password.value)
    location.assign(chatUrl(token, room.value.trim()))
  } catch (problem) {
    error.textContent = problem.status === 401 ? 'Wrong password: it is “demo” for everybody' : explain(problem)
    password.select()
  } finally {
    byId('sign-in-button').disabled = false
  }
})
