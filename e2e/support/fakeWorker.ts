/**
 * A fake training worker, for tests of charts of long runs: served in place of the real worker's script, it answers the
 * page's commands at once with measurements made up from a formula.
 */
import type { Page } from '@playwright/test';
import { ISOLATION_HEADERS } from '../../scripts/lib/headers.mjs';
import type { Command } from '../../src/training/protocol/commands.ts';
import type { TrainingEvent } from '../../src/training/protocol/events.ts';

export interface FakeWorkerOptions {
  /** Steps that each run gets on `train`, as fast as the page takes them. */
  readonly stored: number;
  /** Steps sent after those at the pace of a real worker; then it pauses. */
  readonly live?: number;
}

/** Call it before opening the page. */
export async function withFakeWorker(page: Page, options: FakeWorkerOptions): Promise<void> {
  const body = `const __name = (it) => it;\n(${fakeWorker})(${JSON.stringify(options)});`;
  await page.route(/\/assets\/worker-[^/]*\.js$/, (route) =>
    route.fulfill({ contentType: 'text/javascript', headers: ISOLATION_HEADERS, body }),
  );
}

/** The worker's script. It is sent as text, so it must not refer to anything outside itself. */
function fakeWorker({ stored, live = 0 }: FakeWorkerOptions): void {
  /** Steps in a message, and milliseconds until the next. */
  const FAST = [500, 20] as const;
  const LIVE = [25, 250] as const;
  interface FakeRun {
    readonly id: string;
    readonly names: readonly string[];
    readonly colourIndex: number;
    step: number;
  }
  let runs: FakeRun[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const emit = (event: TrainingEvent) => self.postMessage({ event });
  /** A number from -1 to 1 that depends only on the arguments. */
  const noise = (a: number, b: number) => {
    const x = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  };
  /** Convolutions with BatchNorm, three stages of `blocks` basic blocks, as torchvision names them. */
  const namesOf = (blocks: readonly number[]) => [
    ...['conv1.weight', 'bn1.weight', 'bn1.bias'],
    ...blocks.flatMap((count, stage) =>
      Array.from({ length: count }, (_, block) => block).flatMap((block) =>
        ['conv1.weight', 'bn1.weight', 'bn1.bias', 'conv2.weight', 'bn2.weight', 'bn2.bias'].map(
          (name) => `layer${stage + 1}.${block}.${name}`,
        ),
      ),
    ),
    ...['fc.weight', 'fc.bias'],
  ];

  const answer = (command: Command): void => {
    if (command.type === 'open') {
      const adapter = { name: 'made up', vendor: '', architecture: '', isSoftware: false };
      const limits = {
        gflops: 100,
        maxBufferBytes: 2 ** 31,
        noHalfPrecision: null,
        arithmetics: [],
        passedOver: [],
        compared: null,
        remark: null,
      };
      emit({ type: 'ready', engine: 'webgpu', adapter, ...limits });
    } else if (command.type === 'setRuns') {
      runs = command.runs.map(({ id, config, view }) => {
        const names = namesOf(config.model.stageDepths);
        const known = runs.find((run) => run.id === id);
        return known ?? { id, names, colourIndex: view?.colourIndex ?? 0, step: 0 };
      });
      for (const { id, names } of runs) {
        const costs = { gpuBytes: 2e8, microBatchSize: 32, dispatchesPerStep: 130, compileMs: 900 };
        const activationNames = convolutionsOf(names);
        const layers = { parameterNames: names, activationNames };
        const run = { id, ...layers, tiles: {}, kernelCode: null, weightsFrom: null, startId: id };
        emit({ type: 'prepared', ...run, ...costs } as TrainingEvent);
      }
    } else if (command.type === 'train') {
      emit({ type: 'state', state: 'training' });
      goOn();
    } else if (command.type === 'pause') {
      clearTimeout(timer);
      emit({ type: 'state', state: 'paused' });
    }
  };

  /** Sends a message for each unfinished run; pauses when all are done. */
  const goOn = (): void => {
    const left = runs.filter(({ step }) => step < stored + live);
    for (const run of left) advance(run);
    const [, pauseMs] = left.some(({ step }) => step < stored) ? FAST : LIVE;
    if (left.length > 0) timer = setTimeout(goOn, pauseMs);
    else emit({ type: 'state', state: 'paused' });
  };

  const convolutionsOf = (names: readonly string[]): string[] =>
    names.flatMap((name) => (/conv\d\.weight$/.test(name) ? [name.replace('.weight', '')] : []));

  const advance = (run: FakeRun): void => {
    const isStored = run.step < stored;
    const [burst] = isStored ? FAST : LIVE;
    const count = Math.min(burst, (isStored ? stored : stored + live) - run.step);
    const at = Uint32Array.from({ length: count }, (_, i) => run.step + i);
    const floor = 0.15 + 0.25 * run.colourIndex;
    const loss = Float32Array.from(
      at,
      (step) =>
        (floor + 2.1 / (1 + step / (400 + 300 * run.colourIndex))) *
          (1 + 0.2 * noise(step, run.colourIndex)) +
        (step % 7919 === 7000 ? 3 : 0),
    );
    const layers = run.names.length;
    const gradNorm = new Float32Array(count * layers);
    for (let i = 0; i < count; i++) {
      for (let layer = 0; layer < layers; layer++) {
        const slope = run.colourIndex % 2 === 0 ? 0.2 : 1.6;
        const height = slope * (0.5 - layer / layers) + 0.1 * noise(run.step + i, layer);
        gradNorm[i * layers + layer] = 10 ** (height - 1 - run.step / 40_000);
      }
    }
    const batch = {
      ...{ id: run.id, step: at, loss, gradNorm },
      weightNorm: gradNorm.map(() => 4),
      updateNorm: gradNorm.map((norm) => norm / 10),
      activationStd: new Float32Array(count * convolutionsOf(run.names).length).fill(1),
      accuracy: loss.map((value) => Math.max(0, 1 - value / 2.6)),
      learningRate: Float32Array.from(at, () => 0.1),
      elapsedMs: Float64Array.from(at, (step) => 50 * (step + 1)),
    };
    run.step += count;
    emit({ type: 'metrics', batch, imagesPerSecond: 2560, stepMs: 50 });
    if (run.step % 500 !== 0) return;
    const last = loss[count - 1] ?? 1;
    const accuracy = Math.max(0, 0.95 - last / 2.6);
    const tested = { step: run.step, loss: last + 0.1, accuracy, images: 1000 };
    emit({ type: 'evaluated', id: run.id, ...tested });
  };

  self.addEventListener('message', ({ data }) => {
    if (data.method === 'handle') answer(data.argument);
    self.postMessage({ answer: data.call, value: null });
  });
}
