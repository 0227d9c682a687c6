/** The library's worker as the page sees it; started with the first request. */

import type { ExportChoice } from '../../weights/formats/registry.ts';
import {
  isLibraryMessage,
  type KeptRunPatch,
  type Listing,
  type NewRun,
  type Reply,
  type Request,
  type RunSource,
} from './messages.ts';
import type { StoredRun } from './storedRun.ts';

type ReplyOf<T extends Reply['type']> = Extract<Reply, { type: T }>;

/** What the library could not do; the message says why, for people. */
export class LibraryFailure extends Error {
  override readonly name = 'LibraryFailure';

  constructor(
    message: string,
    /** There is no room left in this browser. */
    readonly isFull = false,
    /** That of a run which could not be kept. */
    readonly file: ArrayBuffer | null = null,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const createWorker = (): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

export class LibraryClient {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextRequest = 1;

  /**
   * @param onChanged called when another page has changed the library.
   * @param create instead of the real worker, in tests.
   */
  constructor(
    private readonly onChanged: () => void,
    private readonly create: () => Worker = createWorker,
  ) {}

  /** @throws LibraryFailure, as all methods here do */
  list(): Promise<Listing> {
    return this.ask({ type: 'list' }, 'list');
  }

  /** Takes the file over; a `LibraryFailure` gives it back. */
  async keep(about: NewRun, file: ArrayBuffer): Promise<StoredRun> {
    return (await this.ask({ type: 'keep', about, file }, 'kept', [file])).run;
  }

  async update(ids: readonly string[], patch: KeptRunPatch): Promise<void> {
    await this.ask({ type: 'update', ids, patch }, 'done');
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.ask({ type: 'remove', ids }, 'done');
  }

  async setBaseline(id: string | null): Promise<void> {
    await this.ask({ type: 'setBaseline', id }, 'done');
  }

  history(id: string): Promise<ReplyOf<'history'>> {
    return this.ask({ type: 'history', id }, 'history');
  }

  async tensors(id: string): Promise<ReplyOf<'tensors'>['tensors']> {
    return (await this.ask({ type: 'tensors', id }, 'tensors')).tensors;
  }

  checkpoint(id: string): Promise<ReplyOf<'file'>> {
    return this.ask({ type: 'checkpoint', id }, 'file');
  }

  weights(id: string, choice: ExportChoice): Promise<ReplyOf<'file'>> {
    return this.ask({ type: 'weights', id, choice }, 'file');
  }

  json(source: RunSource): Promise<ReplyOf<'file'>> {
    const transfer = source.kind === 'file' ? [source.file] : [];
    return this.ask({ type: 'json', source }, 'file', transfer);
  }

  private async ask<T extends Reply['type']>(
    body: Request,
    type: T,
    transfer: Transferable[] = [],
  ): Promise<ReplyOf<T>> {
    const worker = this.started();
    const request = this.nextRequest++;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting.set(request, { resolve, reject });
      worker.postMessage({ request, body }, { transfer });
    });
    if (reply.type === 'failed') {
      throw new LibraryFailure(reply.message, reply.isFull, reply.file);
    }
    if (!isOf(reply, type)) throw new TypeError(`the library answered ${reply.type}`);
    return reply;
  }

  private started(): Worker {
    if (this.worker !== null) return this.worker;
    const worker = this.create();
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isLibraryMessage(data)) return;
      if (data.type === 'changed') {
        this.onChanged();
        return;
      }
      this.waiting.get(data.request)?.resolve(data);
      this.waiting.delete(data.request);
    });
    worker.addEventListener('error', (event) => {
      worker.terminate();
      this.worker = null;
      const reason = event.message || 'no reason given';
      for (const { reject } of this.waiting.values()) {
        reject(new LibraryFailure(`the library’s worker stopped: ${reason}`));
      }
      this.waiting.clear();
    });
    this.worker = worker;
    return worker;
  }
}

function isOf<T extends Reply['type']>(reply: Reply, type: T): reply is ReplyOf<T> {
  return reply.type === type;
}
