import { expect, it, vi } from 'vitest';
import type { Command } from '../training/protocol/commands.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import { BuilderSession } from './builderSession.ts';
import { PageSession } from './pageSession.ts';

/** A page with its default pair, and the commands that it sends. */
function opened() {
  const commands: Command[] = [];
  let emit: (event: TrainingEvent) => void = () => undefined;
  const session = new PageSession({
    createTrainer: () => ({
      send: (command) => void commands.push(command),
      subscribe: (listener) => {
        emit = listener;
        listener({
          type: 'ready',
          engine: 'webgpu',
          passedOver: [],
          compared: null,
          remark: null,
          adapter: { name: 'none', vendor: '', architecture: '', isSoftware: true },
          gflops: 1,
          maxBufferBytes: 2 ** 30,
          noHalfPrecision: null,
          arithmetics: [],
        });
        return () => undefined;
      },
      saveRun: async () => null,
      keepNow: async () => true,
      dispose: () => undefined,
    }),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  session.open();
  commands.length = 0;
  return {
    ...{ builder: new BuilderSession(session), session, commands },
    emit: (event: TrainingEvent) => emit(event),
  };
}

const edited = { stageDepths: [1, 1], stageWidths: [4, 8] };

it('sends an edit once typing has ended', () => {
  vi.useFakeTimers();
  const { builder, commands } = opened();
  builder.edit({ model: edited });
  expect(commands).toEqual([]);
  vi.runAllTimers();
  expect(commands).toMatchObject([
    { type: 'setRuns', runs: [{ config: { model: edited } }, { config: { model: edited } }] },
  ]);
  vi.useRealTimers();
});

it('sends it before what builds on it, and keeps a shortcut cut right after it', () => {
  const { builder, session, commands } = opened();
  const [first] = session.store.getState().runs;
  builder.edit({ model: edited });
  builder.change(first?.id ?? '', { kind: 'blockShortcut', block: 'layer1.0', on: false });
  expect(commands).toHaveLength(2);
  expect(commands[1]).toMatchObject({
    type: 'setRuns',
    runs: [{ config: { model: { ...edited, cutShortcuts: ['layer1.0'] } } }, {}],
  });
  builder.settle();
  expect(commands).toHaveLength(2);
});

it('refuses a learning rate of no use before it reaches the worker', () => {
  const { builder, session, commands } = opened();
  const [run] = session.store.getState().runs;
  for (const learningRate of [Number.NaN, -1, 1000]) {
    builder.change(run?.id ?? '', { kind: 'learningRate', learningRate });
    expect(session.store.getState().fieldErrors).toEqual({
      'training.learningRate': expect.stringContaining('from 0 to 100'),
    });
  }
  expect(commands).toEqual([]);
  expect(session.store.getState().runs[0]?.config).toBe(run?.config);
});

it('edits each run by a patch of its own, linked or not', () => {
  vi.useFakeTimers();
  const { builder, session, commands } = opened();
  const [, second] = session.store.getState().runs;
  builder.change(second?.id ?? '', { kind: 'learningRate', learningRate: 0.3 });
  session.store.setState({ linked: false });
  builder.editEach(({ training }) => ({
    training: { steps: 70, learningRate: Number(training.learningRate) / 2 },
  }));
  vi.runAllTimers();
  expect(commands.at(-1)).toMatchObject({
    type: 'setRuns',
    runs: [
      { config: { training: { steps: 70, learningRate: 0.05 } } },
      { config: { training: { steps: 70, learningRate: 0.15 } } },
    ],
  });
  session.store.setState({ address: { ...session.store.getState().address, lock: true } });
  builder.editEach(() => ({ training: { steps: 5 } }));
  expect(session.store.getState().runs[0]?.draft).toBeNull();
  vi.useRealTimers();
});

it('still refuses an edit that can’t be built after a shortcut was switched', () => {
  vi.useFakeTimers();
  const { builder, session, commands } = opened();
  const [run] = session.store.getState().runs;
  builder.edit({ model: { stageDepths: [1, 1, 1] }, training: { batchSize: 0 } });
  for (const change of [
    { kind: 'blockShortcut', block: 'layer1.0', on: false },
    // One that is refused itself.
    { kind: 'learningRate', learningRate: -1 },
  ] as const) {
    builder.change(run?.id ?? '', change);
    expect(session.store.getState().fieldErrors).toHaveProperty(['training.batchSize']);
  }
  commands.length = 0;
  builder.applyDrafts();
  expect(commands).toEqual([]);
  // What was switched meanwhile stays so.
  builder.edit({ training: { batchSize: 8 } });
  vi.runAllTimers();
  expect(commands).toMatchObject([
    { type: 'setRuns', runs: [{ config: { model: { cutShortcuts: ['layer1.0'] } } }, {}] },
  ]);
  vi.useRealTimers();
});

it('applies the edits that wait, though an engine was refused meanwhile', () => {
  vi.useFakeTimers();
  const { builder, session, commands, emit } = opened();
  const [run] = session.store.getState().runs;
  builder.edit({ training: { batchSize: 8 } });
  session.useEngine('tfjs-wasm');
  emit({ type: 'engineRefused', engine: 'tfjs-wasm', message: 'Not here.' });
  builder.change(run?.id ?? '', { kind: 'blockShortcut', block: 'layer1.0', on: false });
  vi.runAllTimers();
  expect(commands).toContainEqual(
    expect.objectContaining({
      type: 'setRuns',
      runs: [1, 2].map(() =>
        expect.objectContaining({
          config: expect.objectContaining({ training: expect.objectContaining({ batchSize: 8 }) }),
        }),
      ),
    }),
  );
  expect(session.store.getState()).toMatchObject({ fieldErrors: {}, engineError: 'Not here.' });
  session.useEngine('cpu');
  expect(session.store.getState().engineError).toBeNull();
  vi.useRealTimers();
});
