/** The import worker as the page sees it: started with the first file, ended with `dispose`. */
import type { ModelConfig } from '../../model/config.ts';
import type { MatchRow } from '../match/matchWeights.ts';
import { WeightsError } from '../weightsError.ts';
import { isReply, type Reply, type Request } from './messages.ts';
import type { OpenedFile, TakenTensor } from './weightsImport.ts';

type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const createWorker = (): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

export class Importer {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  /** @param create instead of the real worker, in tests. */
  constructor(private readonly create: () => Worker = createWorker) {}

  /** Reads a file, in place of the one before. @throws WeightsError naming the fault; the one before stays. */
  async open(file: File): Promise<OpenedFile> {
    const reply = await this.request({ type: 'open', file, fileName: file.name });
    return reply.type === 'open' ? reply.opened : unexpected(reply);
  }

  /** Compares the file's tensors with a network. @throws WeightsError */
  async match(model: ModelConfig): Promise<readonly MatchRow[]> {
    const reply = await this.request({ type: 'match', model });
    return reply.type === 'match' ? reply.rows : unexpected(reply);
  }

  /** The network's tensors. @throws WeightsError if the file lacks some. */
  async take(model: ModelConfig): Promise<readonly TakenTensor[]> {
    const reply = await this.request({ type: 'take', model });
    return reply.type === 'take' ? reply.tensors : unexpected(reply);
  }

  /** Ends the worker and frees the file. */
  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    this.rejectAll('The import was ended.');
  }

  private async request(body: RequestBody): Promise<Reply> {
    const worker = this.started();
    const id = this.nextId++;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...body, id });
    });
    if (reply.type === 'failed') throw new WeightsError(reply.message);
    return reply;
  }

  private started(): Worker {
    if (this.worker !== null) return this.worker;
    const worker = this.create();
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isReply(data)) return;
      this.waiting.get(data.id)?.resolve(data);
      this.waiting.delete(data.id);
    });
    worker.addEventListener('error', (event) => {
      worker.terminate();
      this.worker = null;
      this.rejectAll(
        `the reader stopped, perhaps for want of memory: ${event.message || 'no reason given'}`,
      );
    });
    this.worker = worker;
    return worker;
  }

  private rejectAll(message: string): void {
    for (const { reject } of this.waiting.values()) reject(new WeightsError(message));
    this.waiting.clear();
  }
}

function unexpected(reply: Reply): never {
  throw new TypeError(`the import worker answered ${reply.type}`);
}
