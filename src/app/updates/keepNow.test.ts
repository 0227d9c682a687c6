import { afterEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { initialState } from '../state.ts';
import { keepNow } from './keepNow.ts';

afterEach(() => vi.useRealTimers());

/** @param answer what becomes of the checkpoint that is asked for. */
function keeping(
  stepsDone: number,
  answer: Partial<typeof initialState.checkpoint>,
  weightsFrom: string | null = null,
) {
  const runs = [{ weightsFrom }] as never;
  const store = createStore(() => ({ ...initialState, stepsDone, runs }));
  const send = vi.fn(() => {
    const { checkpoint } = store.getState();
    store.setState({ checkpoint: { ...checkpoint, ...answer } });
  });
  return { kept: keepNow({ store, send } as never), send };
}

const at = (step: number) => ({ kept: { lineage: 'a', savedAtMs: 1, step, bytes: 9 } });

it('tells whether all that was trained is kept', async () => {
  await expect(keeping(20, at(20)).kept).resolves.toBe(true);
  await expect(keeping(20, at(21)).kept).resolves.toBe(true);
  await expect(keeping(0, at(0), 'a.pth').kept).resolves.toBe(true);
  await expect(
    keeping(0, { failure: { task: 'keep', message: 'No room.' } }, 'a.pth').kept,
  ).resolves.toBe(false);
  await expect(keeping(20, { failure: { task: 'keep', message: 'No room.' } }).kept).resolves.toBe(
    false,
  );
});

it('asks for nothing where nothing was trained, and waits for no answer that never comes', async () => {
  const none = keeping(0, {});
  await expect(none.kept).resolves.toBe(true);
  expect(none.send).not.toHaveBeenCalled();
  vi.useFakeTimers();
  const silent = keeping(20, {});
  await vi.runAllTimersAsync();
  await expect(silent.kept).resolves.toBe(false);
});
