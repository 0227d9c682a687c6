/**
 * Holds a Web Lock while training. Chrome freezes busy tabs that were hidden for five minutes under Energy Saver, but not
 * those that hold a lock. It is shared, so that several pages can train.
 */
export class TrainingLock {
  private release: (() => void) | null = null;

  /** @param locks undefined where the page did not come over HTTPS or from localhost: then nothing is held. */
  constructor(private readonly locks: Pick<LockManager, 'request'> | undefined) {}

  hold(wanted: boolean): void {
    if (wanted === (this.release !== null)) return;
    if (!wanted) {
      this.release?.();
      this.release = null;
      return;
    }
    const held = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    // A lock that is refused only means that the browser may freeze the page.
    this.locks?.request('training', { mode: 'shared' }, () => held).catch(() => undefined);
  }
}
