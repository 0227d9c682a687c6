/** A worker thread, in Node or in a browser. */
export interface Thread {
  post(message: unknown): void;
  /** Calls `report` when the thread has failed or ended by itself. */
  onFailure(report: (message: string) => void): void;
  terminate(): void;
}
