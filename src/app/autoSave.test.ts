import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { presetConfig } from '../model/presets.ts';
import { RunHistory } from '../training/history.ts';
import { AutoSave } from './autoSave.ts';
import { freshRun } from './runViews.ts';
import { initialState } from './state.ts';

const ID = 'run1';
const finalWeights = { sha256: 'a'.repeat(64), arithmetic: null, replay: null };

/** A page with a run that has finished after ten steps. */
function opened() {
  const stored: string[] = [];
  const config = presetConfig('small-20');
  const run = { ...freshRun(ID, 0, 'ResNet-20', config), finished: true };
  const store = createStore(() => ({ ...initialState, runs: [run] }));
  const history = new RunHistory({ parameterNames: [], activationNames: [] });
  const reached = (step: number) => {
    history.latest = {
      ...{ step, loss: 1, accuracy: 0, learningRate: 0.1, elapsedMs: 0 },
      ...{ gradNorm: new Float32Array(0), statistics: null },
    };
  };
  const runFile = async () => new ArrayBuffer(1);
  const autoSave = new AutoSave({ store, history: () => history, runFile }, async () => ({
    save: async ({ id }) => stored.push(id) > 0,
  }));
  reached(9);
  autoSave.afterEvent({ type: 'finished', id: ID, step: 10, finalWeights });
  const reset = () =>
    autoSave.beforeCommand({ type: 'reset', restart: 1 }, new Map([[ID, config]]));
  return { autoSave, stored, reached, reset, name: run.libraryId };
}

it('stores a finished run once: reset, removed or replaced, it does not come back to a library it was deleted from', async () => {
  const { autoSave, stored, reset, name } = opened();
  await expect.poll(() => stored).toEqual([name]);
  autoSave.saveBeforeLoss(ID);
  reset();
  await new Promise((resolve) => setTimeout(resolve));
  expect(stored).toEqual([name]);
});

it('stores it again where it has trained on, and where a person asks for it', async () => {
  const { autoSave, stored, reached, reset, name } = opened();
  autoSave.save(ID);
  reached(19);
  reset();
  await expect.poll(() => stored).toEqual([name, name, name]);
});
