import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { type PageEnd, WorkerClient } from '../rpc/rpc.ts';
import type { VerifyApi, VerifyProgress } from '../training/verifyWorker.ts';
import { initialState, type PageState } from './state.ts';
import { Verifier } from './verifier.ts';

const RUN = { id: 'kept-1', title: 'ResNet-20' };
const file = async () => new ArrayBuffer(8);

/** A verifier whose workers are played by the test. */
function verifier() {
  const store = createStore<PageState>(() => initialState);
  const workers: { say: (data: unknown) => void; isEnded: boolean; calls: unknown[] }[] = [];
  const create = (onEvent: (progress: VerifyProgress) => void) =>
    new WorkerClient<VerifyApi, VerifyProgress>({
      create: (): PageEnd => {
        const worker = { say: (_: unknown) => {}, isEnded: false, calls: [] as unknown[] };
        workers.push(worker);
        return {
          postMessage: (message: unknown) => void worker.calls.push(message),
          addEventListener: (type: string, listener: unknown) => {
            if (type !== 'message' || typeof listener !== 'function') return;
            worker.say = (data) => listener({ data });
          },
          terminate: () => {
            worker.isEnded = true;
          },
        };
      },
      onEvent,
      onCrash: () => undefined,
    });
  const made = new Verifier(store, 'http://localhost/', create);
  return { made, workers, state: () => store.getState().verification };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('tells how far it is and the result, and ends its worker', async () => {
  const { made, workers, state } = verifier();
  const under = made.start(RUN, file);
  expect(state()).toEqual({ ...RUN, state: 'loading' });
  await settled();
  const [worker] = workers;
  expect(worker?.calls).toMatchObject([
    { method: 'verify', argument: { baseUrl: 'http://localhost/' } },
  ]);
  const progress = { step: 3, steps: 9, loss: 2, leftMs: 100 };
  worker?.say({ event: progress });
  expect(state()).toEqual({ ...RUN, state: progress });
  const verified = { wanted: 'a', got: 'a', steps: 9 };
  worker?.say({ answer: 1, value: verified });
  await under;
  expect(state()).toEqual({ ...RUN, state: verified });
  expect(worker?.isEnded).toBe(true);
});

test('is cancelled by hand and by another start, and says why it failed', async () => {
  const { made, workers, state } = verifier();
  const first = made.start(RUN, file);
  await settled();
  const second = made.start({ id: 'kept-2', title: 'Plain-20' }, file);
  await settled();
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  await first;
  expect(state()).toMatchObject({ id: 'kept-2', state: 'loading' });
  made.cancel();
  await second;
  expect(state()).toBeNull();

  await made.start(RUN, async () => null);
  expect(state()).toMatchObject({ state: { reason: 'its file is gone' } });
  const failing = made.start(RUN, file);
  await settled();
  workers.at(-1)?.say({ answer: 1, error: 'It was not computed in exact arithmetic.' });
  await failing;
  expect(state()).toMatchObject({ state: { reason: 'It was not computed in exact arithmetic.' } });
});
