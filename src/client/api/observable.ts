/**
 * Something that is known and changes. Fit for React's `useSyncExternalStore` and for the stores of any other framework;
 * its functions may be taken off it.
 */
export interface Observable<T> {
  /** What is known now. The same object until something of it changes; what did not change in it keeps its identity too. */
  getSnapshot(): T
  /** Calls `listener` after each change, at once. Returns the function that ends that. */
  subscribe(listener: () => void): () => void
  /** The snapshot of a client that has not connected: what a server renders, and a browser hydrates. */
  getInitialSnapshot(): T
}
