import express from 'express'
import type { AppLike } from '../core/host-app.js'

/** A plain Express app, for hosts that have none. */
export const standInApp = (): AppLike => express() as unknown as AppLike
