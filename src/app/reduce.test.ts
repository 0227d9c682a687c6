import { describe, expect, it } from 'vitest';
import type { DatasetInfo } from '../data/types.ts';
import { runConfigSchema } from '../model/config.ts';
import { applyPatch } from './edit.ts';
import { reduce } from './reduce.ts';
import { freeColourIndex, freshRun } from './runViews.ts';
import { initialState, type PageState } from './state.ts';

const config = runConfigSchema.parse({ version: 1 });
const wide = applyPatch(config, { model: { stageWidths: [999, 999, 999] } });
const page = (over: Partial<ReturnType<typeof freshRun>> = {}): PageState => ({
  ...initialState,
  runs: [
    { ...freshRun('a', 0, 'ResNet-20', config), ...over },
    freshRun('b', 1, 'Plain-20', config),
  ],
});
const firstRun = (state: PageState) => state.runs[0];

describe('reduce', () => {
  it('is idle once the adapter is known', () => {
    const adapter = { name: 'X', vendor: '', architecture: '', isSoftware: true };
    const event = {
      type: 'ready',
      engine: 'webgpu',
      passedOver: [],
      compared: null,
      remark: null,
      adapter,
      gflops: 1.5,
      maxBufferBytes: 9,
      noHalfPrecision: null,
      arithmetics: [],
    } as const;
    expect(reduce(initialState, event)).toMatchObject({ phase: 'idle', gflops: 1.5, adapter });
    const training: PageState = { ...initialState, phase: 'training' };
    expect(reduce(training, event).phase).toBe('training');
  });

  it('remembers the best accuracy', () => {
    const at = (step: number, accuracy: number) =>
      ({ type: 'evaluated', id: 'a', step, loss: 1, accuracy, images: 10 }) as const;
    const state = reduce(reduce(page(), at(1, 0.5)), at(2, 0.25));
    expect(firstRun(state)?.bestAccuracy).toBe(0.5);
    expect(firstRun(state)?.evaluation).toEqual({ step: 2, loss: 1, accuracy: 0.25 });
    expect(state.runs[1]?.evaluation).toBeNull();
  });

  it('goes back to the prepared config when one is refused, and keeps the edit as a draft', () => {
    const refusal = {
      type: 'refused',
      id: 'a',
      field: 'model.stageWidths',
      message: 'Too large.',
    } as const;
    const state = reduce(page({ config: wide, preparedConfig: config }), refusal);
    expect(firstRun(state)?.config).toBe(config);
    expect(firstRun(state)?.draft).toBe(wide);
    expect(state.fieldErrors).toEqual({ 'model.stageWidths': 'Too large.' });
  });

  it('drops an added run that is refused', () => {
    const state = page({ preparedConfig: config });
    const refusal = { type: 'refused', id: null, field: 'model', message: 'Too much.' } as const;
    const without = reduce({ ...state, selected: 'b' }, refusal);
    expect(without.runs.map(({ id }) => id)).toEqual(['a']);
    expect(without.selected).toBe('a');
  });

  it('keeps a pair of which one is refused, to be corrected: the worker has neither', () => {
    const state = page();
    const refusal = { type: 'refused', id: 'a', field: 'model', message: 'Too much.' } as const;
    expect(reduce(state, refusal).runs).toEqual(state.runs);
  });

  it('drops the oldest pending change when it is made or refused', () => {
    const pending = [
      { kind: 'shortcuts', on: false },
      { kind: 'learningRate', learningRate: 1 },
    ] as const;
    const made = {
      id: 'a',
      status: 'live',
      step: 12,
      label: 'shortcuts off',
      config: wide,
    } as const;
    const state = reduce(page({ pending }), { ...made, type: 'changed' });
    expect(firstRun(state)?.pending).toEqual([pending[1]]);
    expect(firstRun(state)?.config).toBe(wide);
    expect(firstRun(state)?.markers).toEqual([{ step: 12, label: 'shortcuts off' }]);
    const refusal = { type: 'refused', id: 'a', field: '', message: 'No.' } as const;
    expect(firstRun(reduce(state, refusal))?.pending).toEqual([]);
  });

  it('forgets a divergence and later marks once restored', () => {
    const diverged = { step: 90, layer: 'conv1', lastGoodStep: 50 };
    const markers = [
      { step: 10, label: 'x' },
      { step: 80, label: 'y' },
    ];
    const state = reduce(page({ diverged, markers }), {
      ...{ type: 'restored', id: 'a', status: 'live', step: 50, label: 'restored, rate ÷ 10' },
      config: wide,
    });
    expect(firstRun(state)?.diverged).toBeNull();
    expect(firstRun(state)?.markers.map(({ step }) => step)).toEqual([10, 50]);
  });

  it('leaves a run that has ended as it ended, on another device too', () => {
    const ended = page({ finished: true, diverged: { step: 9, layer: 'conv1', lastGoodStep: 8 } });
    const restored = { type: 'restored', id: 'a', step: 50, label: 'CPU, from step 50' } as const;
    for (const status of ['finished', 'diverged'] as const) {
      const run = firstRun(reduce(ended, { ...restored, status, config: wide }));
      expect(run?.finished).toBe(true);
      expect(run?.diverged).not.toBeNull();
    }
    const run = firstRun(reduce(ended, { ...restored, status: 'live', config: wide }));
    expect([run?.finished, run?.diverged]).toEqual([false, null]);
  });

  it('clears the data failure when data arrive', () => {
    const failed = reduce(initialState, { type: 'dataFailed', message: 'offline' });
    expect(failed.dataError).toBe('offline');
    const info: DatasetInfo = {
      ...{
        origin: 'synthetic',
        title: 'Synthetic',
        isCifar10: false,
        dataset: null,
        sha256: null,
        citation: null,
      },
      ...{ classNames: [], train: 1, test: 1, unavailable: [] },
    };
    const progress = {
      ...{ trainImages: 1, testImages: 0, bytesFetched: 0, bytesFromCache: 0, done: false },
    };
    const state = reduce(failed, { type: 'data', info, progress, cachedBytes: 7, again: null });
    expect(state.dataError).toBeNull();
    expect(state.data?.cachedBytes).toBe(7);
  });
});

it('gives a freed colour out again', () => {
  const runs = [freshRun('a', 0, '', config), freshRun('b', 2, '', config)];
  expect(freeColourIndex(runs)).toBe(1);
});
