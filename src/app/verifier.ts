/** Trains a finished run again in a worker of its own, one run at a time, and keeps in the page's state how that goes. */
import type { StoreApi } from 'zustand/vanilla';
import { WorkerClient } from '../rpc/rpc.ts';
import type { VerifyApi, VerifyProgress } from '../training/verifyWorker.ts';
import type { PageState, Verification } from './state.ts';
import { language } from '../text/language.ts';
import { t } from '../text/t.ts';

type VerifyClient = WorkerClient<VerifyApi, VerifyProgress>;

const CANCELLED = 'cancelled';

const createClient = (onEvent: (progress: VerifyProgress) => void): VerifyClient => {
  const client: VerifyClient = new WorkerClient({
    create: () =>
      new Worker(new URL('../training/verifyWorker.ts', import.meta.url), {
        type: 'module',
        name: language,
      }),
    onEvent,
    onCrash: (reason) => client.end(t`its worker stopped: ${reason}`),
  });
  return client;
};

export class Verifier {
  #client: VerifyClient | null = null;

  /** @param create instead of the real worker's client, in tests. */
  constructor(
    private readonly store: StoreApi<PageState>,
    private readonly baseUrl: string,
    private readonly create: typeof createClient = createClient,
  ) {}

  /**
   * Begins; what was begun before is cancelled. Never rejects.
   * @param run `id`: that under which the library stores it, or would.
   * @param fileOf the run as a checkpoint file.
   */
  async start(
    run: Pick<Verification, 'id' | 'title'>,
    fileOf: () => Promise<ArrayBuffer | null>,
  ): Promise<void> {
    this.cancel();
    const client = this.create((progress) => this.#set(client, { ...run, state: progress }));
    this.#client = client;
    this.#set(client, { ...run, state: 'loading' });
    try {
      const file = await fileOf();
      if (file === null) throw new Error(t`its file is gone`);
      const { baseUrl } = this;
      const verified = await client.call('verify', { file, baseUrl }, [file]);
      this.#set(client, { ...run, state: verified });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#set(client, { ...run, state: { reason } });
    }
    client.end(CANCELLED);
  }

  /** Stops, and forgets the result. */
  cancel(): void {
    const client = this.#client;
    this.#client = null;
    client?.end(CANCELLED);
    this.store.setState({ verification: null });
  }

  /** @param client one that was replaced is not listened to. */
  #set(client: VerifyClient, verification: Verification): void {
    if (client === this.#client) this.store.setState({ verification });
  }
}
