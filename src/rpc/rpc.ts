/**
 * Calls from a page to a worker of its own, and events back. Both ends are built together, so the compiler checks what
 * they say to each other. Anyone else's message fails the checks of form below and reaches no method, call or listener.
 */
import { t } from '../text/t.ts';

/** What a worker can be asked: methods by name, each with one argument at most. */
type Methods<Api> = { readonly [M in keyof Api]: (argument: never) => unknown };
/** The argument, and which parts of it are handed over rather than copied. */
type CallArguments<Method> = Method extends () => unknown
  ? []
  : Method extends (argument: infer A) => unknown
    ? [argument: A, transfer?: Transferable[]]
    : never;
type Result<Method> = Method extends (argument: never) => infer R ? Awaited<R> : never;
/** Which parts of a method's result are handed over rather than copied. */
type Transfers<Api> = { readonly [M in keyof Api]?: (result: Result<Api[M]>) => Transferable[] };

interface Call<Api> {
  readonly call: number;
  readonly method: keyof Api;
  readonly argument: unknown;
}
type Answer =
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: string };

const has = <K extends string>(message: unknown, key: K): message is Record<K, unknown> =>
  typeof message === 'object' && message !== null && Object.hasOwn(message, key);

const isCall = <Api>(message: unknown, api: Methods<Api>): message is Call<Api> =>
  has(message, 'call') && has(message, 'method') && Object.hasOwn(api, String(message.method));

const isAnswer = (message: unknown): message is Answer =>
  has(message, 'answer') && (has(message, 'value') || has(message, 'error'));

/** Where a worker's messages come in and go out: its global scope. */
interface WorkerEnd {
  postMessage(message: unknown, options?: { transfer: Transferable[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}
export type PageEnd = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>;

/**
 * Has a worker answer calls; what a method throws becomes the call's error.
 * @param reasonOf says in words what was thrown.
 */
export function serve<Api extends Methods<Api>>(
  api: Api,
  reasonOf: (error: unknown) => string,
  transfers: Transfers<Api> = {},
  end: WorkerEnd = globalThis,
): void {
  end.addEventListener('message', async ({ data }: MessageEvent<unknown>) => {
    if (!isCall(data, api)) return;
    const { call, method, argument } = data;
    try {
      const value = await api[method](argument as never);
      const transfer = transfers[method]?.(value as Result<Api[typeof method]>) ?? [];
      end.postMessage({ answer: call, value }, { transfer });
    } catch (error) {
      end.postMessage({ answer: call, error: reasonOf(error) });
    }
  });
}

/** Tells the page something it has not asked for. */
export function postEvent(event: unknown, transfer: Transferable[] = []): void {
  globalThis.postMessage({ event }, { transfer });
}

interface ClientOptions<Event> {
  /** Starts the worker: with the first call, and again with the first one after `end`. */
  create(): PageEnd;
  onEvent?(event: Event): void;
  /** The worker crashed. */
  onCrash(reason: string): void;
  /** A message came that is none of ours, or can't be read. */
  onForeign?(): void;
  /** The error with which a call fails. Left out: an `Error`. */
  failure?(message: string): Error;
}

/** The page's end. */
export class WorkerClient<Api extends Methods<Api>, Event = never> {
  #worker: PageEnd | null = null;
  readonly #waiting = new Map<
    number,
    { resolve(value: unknown): void; reject(error: Error): void }
  >();
  #calls = 0;

  constructor(private readonly options: ClientOptions<Event>) {}

  async call<M extends keyof Api & string>(
    method: M,
    ...rest: CallArguments<Api[M]>
  ): Promise<Result<Api[M]>> {
    const [argument, transfer = []]: [unknown?, Transferable[]?] = rest;
    this.start();
    const call = ++this.#calls;
    const value = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker?.postMessage({ call, method, argument }, { transfer });
    });
    return value as Result<Api[M]>;
  }

  start(): void {
    if (this.#worker !== null) return;
    this.#worker = this.options.create();
    this.#worker.addEventListener('message', ({ data }) => this.#receive(data));
    this.#worker.addEventListener('messageerror', () => this.options.onForeign?.());
    this.#worker.addEventListener('error', ({ message }) =>
      this.options.onCrash(message || t`no reason given`),
    );
  }

  /** Ends the worker; calls that wait fail with `reason`. */
  end(reason: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(this.#failure(reason));
    this.#waiting.clear();
  }

  #receive(data: unknown): void {
    if (isAnswer(data)) {
      const waiting = this.#waiting.get(data.answer);
      this.#waiting.delete(data.answer);
      if ('error' in data) waiting?.reject(this.#failure(data.error));
      else waiting?.resolve(data.value);
    } else if (has(data, 'event')) this.options.onEvent?.(data.event as Event);
    else this.options.onForeign?.();
  }

  #failure = (message: string): Error => this.options.failure?.(message) ?? new Error(message);
}
