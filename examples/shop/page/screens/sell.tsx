import { ask } from '../app/ask.js'
import { navigate } from '../app/router.js'
import { Field, Form } from '../design/form.js'

const pictures = ['📦', '🚲', '🪑', '📚', '👕', '🎸', '📷', '💡', '🪴', '🧸', '⛺', '☕']

export function SellScreen() {
  const sell = async (fields: FormData) => {
    const { price, ...texts } = Object.fromEntries(fields)
    const { id } = await ask<{ id: number }>('/listings', 'POST', { ...texts, price: Math.round(Number(price) * 100) })
    navigate(`/listings/${id}`)
  }
  return (
    <div className="narrow">
      <h1>Sell something</h1>
      <div className="card">
        <Form action="Put it into the shop" onSubmit={sell}>
          <Field label="Picture">
            <select name="emoji">
              {pictures.map((emoji) => (
                <option key={emoji}>{emoji}</option>
              ))}
            </select>
          </Field>
          <Field label="What is it?">
            <input name="title" maxLength={60} required />
          </Field>
          <Field label="What should one know of it?">
            <textarea name="description" rows={4} maxLength={1000} required />
          </Field>
          <Field label="Price in euros">
            <input name="price" type="number" min="0.01" step="0.01" inputMode="decimal" required />
          </Field>
        </Form>
      </div>
    </div>
  )
}
