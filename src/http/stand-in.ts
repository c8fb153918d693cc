import express from 'express'
import type { AppLike } from '../core/host-app.js'

/** Express as it comes, for hosts that have no app of it. */
export const standInApp = (): AppLike => express() as unknown as AppLike
