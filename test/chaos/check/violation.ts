export interface Violation {
  rule:
    | 'acknowledged, not stored'
    | 'stored twice'
    | 'never acknowledged'
    | 'a hole in seq'
    | 'a hole in a thread'
    | 'a hole in revision'
    | 'delivered twice'
    | 'out of order'
    | 'not delivered'
    | 'passed over by the subscription'
    | 'told again by the subscription'
    | 'beyond the fence'
    | 'written after removal'
    | 'another state'
    | 'unbounded queue'
    | 'answered 500'
    | 'a node crashed'
  /** Where, so that it can be found in the history. */
  detail: string
}
