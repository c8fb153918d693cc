import type { Workload } from './workload.js'
import { durableSend } from './workloads/durable-send.js'
import { fanOut } from './workloads/fan-out.js'

export const workloads: Workload[] = [fanOut, durableSend]
