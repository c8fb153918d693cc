import type { ErrorRequestHandler } from 'express'
import { ChatError } from 'express-chat'
import { ZodError } from 'zod'

/** What the shop refuses, in words for its user. */
export class ShopError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

export const answerErrors: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof ZodError) {
    response.status(400).json({ title: error.issues.map(({ message }) => message).join('. ') })
  } else if (error instanceof ShopError || error instanceof ChatError) {
    response.status(error.status).json({ title: error.message })
  } else if (error.status === 400) {
    response.status(400).json({ title: 'This is no JSON' })
  } else {
    next(error)
  }
}
