import type { Workload } from './workload.js'
import { durableSend } from './workloads/durable-send.js'
import { fanOut } from './workloads/fan-out.js'
import { footprint } from './workloads/footprint.js'
import { history } from './workloads/history.js'
import { imports } from './workloads/import.js'
import { people } from './workloads/people.js'
import { reconnectStorm } from './workloads/reconnect-storm.js'
import { roomGrowth } from './workloads/room-growth.js'
import { roomList } from './workloads/room-list.js'
import { scale } from './workloads/scale.js'
import { search } from './workloads/search.js'

export const workloads: Workload[] = [
  people,
  scale,
  fanOut,
  durableSend,
  history,
  roomList,
  search,
  reconnectStorm,
  footprint,
  roomGrowth,
  imports,
]
