import type { Definition } from './registry.js'

/** The metrics, by their names. Rooms and users are in no label, so there are never many values. */
export const definitions = {
  express_chat_sockets: { type: 'gauge', help: 'Sockets that are open on this server.' },
  express_chat_socket_opens_total: { type: 'counter', help: 'Sockets that were opened.' },
  express_chat_socket_closes_total: {
    ...{
      type: 'counter',
      help: 'Sockets that were closed, by the code of the close frame; 1006 where there was none.',
    },
    labels: ['code'],
  },
  express_chat_requests_total: {
    ...{ type: 'counter', help: 'Requests over HTTP, commands of sockets, and upgrades.' },
    labels: ['by'],
  },
  express_chat_refusals_total: {
    ...{ type: 'counter', help: 'Requests, commands and upgrades that were refused, by the code of the problem.' },
    labels: ['by', 'code'],
  },
  express_chat_messages_total: {
    ...{
      type: 'counter',
      help: 'Messages that were stored: over HTTP, a socket, by the API of the server, by the chat itself.',
    },
    labels: ['by'],
  },
  express_chat_commit_seconds: {
    ...{ type: 'histogram', help: 'How long commits take: of a batch of messages, or of another change.' },
    labels: ['kind'],
  },
  express_chat_fan_out_seconds: {
    ...{ type: 'histogram', help: 'From a commit until the last socket of this server was written to.' },
  },
  express_chat_writes_waiting: { type: 'gauge', help: 'Messages and transactions that wait to be written.' },
  express_chat_writes_oldest_seconds: {
    ...{ type: 'gauge', help: 'For how long the first message has waited to be written.', aggregator: 'max' },
  },
  express_chat_subscription_rooms_behind: {
    ...{
      type: 'gauge',
      help: 'Rooms of which a durable subscription was not told all, of all servers.',
      aggregator: 'max',
    },
    labels: ['name'],
  },
  express_chat_subscription_oldest_seconds: {
    ...{ type: 'gauge', help: 'For how long the first of these has waited.', aggregator: 'max' },
    labels: ['name'],
  },
  express_chat_subscription_rooms_failed: {
    ...{ type: 'gauge', help: 'Rooms that were put aside for a durable subscription.', aggregator: 'max' },
    labels: ['name'],
  },
  express_chat_deliveries_total: {
    ...{
      type: 'counter',
      help: 'Attempts to tell a webhook, notify.handler, or the handler of a durable subscription.',
    },
    labels: ['to', 'result'],
  },
  express_chat_bus_up: {
    ...{ type: 'gauge', help: '1 while the bus works, 0 while it does not; nothing without a bus.', aggregator: 'min' },
  },
  express_chat_bus_losses_total: {
    ...{ type: 'counter', help: 'How often something may have been lost on the bus, or a server came or went.' },
  },
  express_chat_poll_rounds_total: {
    ...{ type: 'counter', help: 'How often the database was looked at for what other servers did.' },
  },
  express_chat_gap_reads_total: {
    ...{ type: 'counter', help: 'How often events of a room were read, because they were not told in time.' },
  },
  express_chat_media_bytes_total: { type: 'counter', help: 'Bytes of files that were stored.' },
} as const satisfies Record<string, Definition>

export type MetricName = keyof typeof definitions
