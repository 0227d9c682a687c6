/**
 * Web Locks that a page holds as long as it lives, named after the trainings that it has had, whose files it may have open.
 * Its worker can outlive it by seconds; whoever waits for the files learns here whether they will come free.
 */
type Locks = Pick<LockManager, 'request'> | undefined;

const lockOf = (lineage: string): string => `page of ${lineage}`;

export class PageLock {
  private readonly lineages = new Set<string>();
  private release: () => void = () => undefined;
  private readonly held = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  /** @param locks undefined where the browser has none: then nothing is held. */
  constructor(private readonly locks: Locks) {}

  /** @param lineage a training that the page has. */
  hold(lineage: string): void {
    if (this.lineages.has(lineage)) return;
    this.lineages.add(lineage);
    const options = { mode: 'shared' } as const;
    // Without it others only wait less long.
    this.locks?.request(lockOf(lineage), options, () => this.held).catch(() => undefined);
  }

  /** The page has ended its worker. */
  end(): void {
    this.release();
  }
}

/** Whether the page that has a training lives, as far as can be told: where there are no locks, it may. */
export async function mayPageLive(locks: Locks, lineage: string): Promise<boolean> {
  if (locks === undefined) return true;
  try {
    return await locks.request(lockOf(lineage), { ifAvailable: true }, (lock) => lock === null);
  } catch {
    return true;
  }
}
