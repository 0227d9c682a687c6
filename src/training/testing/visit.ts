/** Visits of a page that keeps checkpoints. */
import { folderOf } from '../../storage/folder.ts';
import { checkpointAt } from '../checkpoint/testing/checkpoints.ts';
import type { FakeDirectory } from '../checkpoint/testing/fakeDirectory.ts';
import { CheckpointKeeper, type KeeperDeps } from '../checkpointKeeper.ts';
import type { TrainingEvent } from '../protocol/events.ts';

type EventOf<T extends TrainingEvent['type']> = Extract<TrainingEvent, { type: T }>;

/** Locks that a page of an earlier version has, or that are all free. */
export const locks = (isHeld: boolean) =>
  ({
    request: async (_: string, _options: unknown, work: (lock: unknown) => unknown) =>
      work(isHeld ? null : {}),
  }) as unknown as NonNullable<KeeperDeps['locks']>;

/** One visit of the page, in a browser whose files outlive it. */
export class Visit {
  readonly events: TrainingEvent[] = [];
  readonly keeper: CheckpointKeeper;
  private readonly page: ReturnType<FakeDirectory['page']> | null;

  /** Waiting takes no time, but the directory's clock moves. */
  constructor(
    private readonly directory: FakeDirectory | null,
    options: Partial<KeeperDeps> = {},
  ) {
    const page = directory?.page() ?? null;
    this.page = page;
    const folder = async () => {
      if (page === null) throw new Error('this browser has no file system');
      return folderOf(page.handle);
    };
    const deps: KeeperDeps = {
      folder,
      locks: locks(false),
      delay: async (ms) => {
        if (directory !== null) directory.nowMs += ms;
        await new Promise((resolve) => setTimeout(resolve, 0));
      },
      nowMs: () => directory?.nowMs ?? 0,
      ...options,
    };
    this.keeper = new CheckpointKeeper(deps, (event) => this.events.push(event));
  }

  /** Waits for the next event of a kind. */
  async next<T extends TrainingEvent['type']>(type: T): Promise<EventOf<T>> {
    for (;;) {
      const at = this.events.findIndex((event) => event.type === type);
      const [found] = at < 0 ? [] : this.events.splice(at, 1);
      if (found !== undefined) return found as EventOf<T>;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async keep(step: number): Promise<EventOf<'checkpointKept'>> {
    this.keeper.save(checkpointAt(step));
    return this.next('checkpointKept');
  }

  /** What is offered when the page opens. @param own the training that it had before. */
  async offered(own: string | null = null): Promise<EventOf<'checkpointFound'>> {
    await this.keeper.offer(own);
    const found = this.events.filter((event) => event.type === 'checkpointFound');
    this.events.length = 0;
    const last = found.at(-1);
    if (last === undefined) throw new Error('nothing was said');
    // The page's own training is answered for first.
    return found.length > 1 && found[0] !== undefined ? { ...last, own: found[0].own } : last;
  }

  /** Crashed or closed: a while ago, unless `isJustNow`. */
  close(isJustNow = false): void {
    this.page?.close();
    if (this.directory !== null && !isJustNow) this.directory.nowMs += 60_000;
  }
}

/** The step of the first run on offer. */
export const stepOf = ({ offer }: EventOf<'checkpointFound'>) => offer?.runs[0]?.step ?? null;
