/**
 * A Web Lock that a page holds as long as it lives, named after its training. Its worker can outlive it by seconds, with
 * the training's files open; whoever waits for them learns here whether they will come free.
 */
type Locks = Pick<LockManager, 'request'> | undefined;

const lockOf = (lineage: string): string => `page of ${lineage}`;

export class PageLock {
  private lineage: string | null = null;
  private release: () => void = () => undefined;

  /** @param locks undefined where the browser has none: then nothing is held. */
  constructor(private readonly locks: Locks) {}

  /** @param lineage the training that the page has; null: none. The lock of the one before is let go. */
  hold(lineage: string | null): void {
    if (lineage === this.lineage) return;
    this.release();
    this.lineage = lineage;
    if (lineage === null) return;
    const held = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    // Without it others only wait less long.
    this.locks?.request(lockOf(lineage), () => held).catch(() => undefined);
  }
}

/** Whether the page that has a training lives, as far as can be told: where there are no locks, it may. */
export async function mayPageLive(locks: Locks, lineage: string): Promise<boolean> {
  if (locks === undefined) return true;
  const options = { ifAvailable: true, mode: 'shared' } as const;
  try {
    return await locks.request(lockOf(lineage), options, (lock) => lock === null);
  } catch {
    return true;
  }
}
