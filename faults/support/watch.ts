/**
 * What is put into the page before its own scripts: it notes which steps the training worker reports, keeps the last file
 * that the page saves, and can kill the worker.
 */

/** Steps of one message of the worker. */
export interface StepsSeen {
  /** Of the run, which is another after it was resumed. */
  readonly id: string;
  readonly first: number;
  readonly last: number;
  /** Since the page was loaded. */
  readonly atMs: number;
}

export interface Watch {
  readonly steps: StepsSeen[];
  readonly workers: Worker[];
  saved: Blob | null;
}

declare global {
  interface Window {
    faultsWatch?: Watch;
  }
}

/** Sent as text: it must not refer to anything outside itself. */
function install(): void {
  if (window.faultsWatch !== undefined) return;
  const watch: Watch = { steps: [], workers: [], saved: null };
  window.faultsWatch = watch;
  const makeUrl = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (object: Blob | MediaSource) => {
    if (object instanceof Blob && /csv|json|octet/.test(object.type)) watch.saved = object;
    return makeUrl(object);
  };
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      watch.workers.push(this);
      this.addEventListener('message', ({ data }) => {
        const batch = data?.event?.type === 'metrics' ? data.event.batch : null;
        const steps: unknown = batch?.step;
        if (!(steps instanceof Uint32Array) || steps.length === 0) return;
        const [first = 0] = steps;
        watch.steps.push({
          id: batch.id,
          first,
          last: steps.at(-1) ?? first,
          atMs: performance.now(),
        });
      });
    }
  };
}

/** With what the compiler puts around named functions that are sent as text. */
export const WATCH_SCRIPT = `globalThis.__name ??= (it) => it;(${install})();`;
