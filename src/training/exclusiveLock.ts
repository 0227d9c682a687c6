/** A Web Lock that one page at a time holds, until it is closed. */

/** A page that is being reloaded still holds its locks for a moment. */
const PATIENCE_MS = 3000;

export class ExclusiveLock {
  private held: Promise<boolean> | null = null;

  /** @param locks undefined where the page did not come over HTTPS or from localhost: then nobody is kept out. */
  constructor(
    private readonly locks: Pick<LockManager, 'request'> | undefined,
    private readonly name: string,
    private readonly patienceMs: number = PATIENCE_MS,
  ) {}

  /** Takes the lock, if it does not have it. @returns false when another page has it; the next call tries again. */
  async hold(): Promise<boolean> {
    this.held ??= this.request();
    const isHeld = await this.held;
    if (!isHeld) this.held = null;
    return isHeld;
  }

  private request(): Promise<boolean> {
    const { locks, name } = this;
    if (locks === undefined) return Promise.resolve(true);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.patienceMs);
    return new Promise((resolve) => {
      const untilClosed = () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise<never>(() => undefined);
      };
      locks.request(name, { signal: patience.signal }, untilClosed).catch(() => resolve(false));
    });
  }
}
