import { clientMistakes } from './client.js'
import { commandMistakes } from './command.js'
import { dataMistakes } from './data.js'
import { databaseMistakes } from './databases.js'
import { docsPageMistakes } from './docs-page.js'
import { erasureMistakes } from './erasure.js'
import { fileMistakes } from './files.js'
import { forwardingMistakes } from './forwarding.js'
import { historyMistakes } from './history.js'
import { importMistakes } from './imports.js'
import { memberMistakes } from './members.js'
import type { Mistake } from './mistake.js'
import { netMistakes } from './net.js'
import { notifyMistakes } from './notify.js'
import { offlineMistakes } from './offline.js'
import { retentionMistakes } from './retention.js'
import { safetyMistakes } from './safety.js'
import { scheduledMistakes } from './scheduled.js'
import { searchMistakes } from './search.js'
import { serverMistakes } from './server.js'
import { sightMistakes } from './sight.js'
import { subscriptionMistakes } from './subscriptions.js'
import { threadMistakes } from './threads.js'
import { webhookMistakes } from './webhooks.js'

export const mistakes: Mistake[] = [
  ...serverMistakes,
  ...docsPageMistakes,
  ...memberMistakes,
  ...safetyMistakes,
  ...netMistakes,
  ...sightMistakes,
  ...searchMistakes,
  ...dataMistakes,
  ...threadMistakes,
  ...fileMistakes,
  ...forwardingMistakes,
  ...subscriptionMistakes,
  ...notifyMistakes,
  ...webhookMistakes,
  ...scheduledMistakes,
  ...erasureMistakes,
  ...retentionMistakes,
  ...importMistakes,
  ...historyMistakes,
  ...databaseMistakes,
  ...clientMistakes,
  ...offlineMistakes,
  ...commandMistakes,
]
