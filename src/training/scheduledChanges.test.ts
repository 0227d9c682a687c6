/** Changes that a config asks for are made on their steps, wherever a run begins and however it is driven. */
import { describe, expect, it } from 'vitest';
import { runConfigSchema } from '../model/config.ts';
import { checkChanges, nextChange, withoutChange } from './changes.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const off = { kind: 'shortcuts', on: false } as const;
const slower = { kind: 'learningRate', learningRate: 0.01 } as const;
const changes = [
  { step: 5, change: slower },
  { step: 3, change: off },
];
const training = { steps: 7, batchSize: 4 };
const scheduled = tinyConfig({ training: { ...training, changes } });
const plain = tinyConfig({ training });

/** Trains to the end. @returns the losses by step from there on. */
async function finish(harness: SessionHarness): Promise<Map<number, number>> {
  const from = harness.send({ type: 'train' });
  await harness.until('finished', from);
  return harness.losses('a', from);
}

describe('scheduled changes', () => {
  it('are those that commands make on the same steps; a reset and a checkpoint have them too', async () => {
    const harness = new SessionHarness();
    harness.send(
      { type: 'open', baseUrl: '' },
      { type: 'setRuns', runs: [{ id: 'a', config: scheduled }] },
    );
    const losses = await finish(harness);
    expect([...losses.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const made = harness.of('changed');
    expect(made.map(({ step, label, by }) => [step, label, by])).toEqual([
      [3, 'shortcuts off', 'schedule'],
      [5, 'learning rate 0.01', 'schedule'],
    ]);
    expect(made[1]?.config).toEqual({
      ...plain,
      model: { ...plain.model, shortcuts: false },
      training: { ...plain.training, learningRate: 0.01 },
    });

    const again = harness.send({ type: 'reset' });
    const back = await harness.until('changed', again);
    expect([back.by, back.config]).toEqual(['upkeep', scheduled]);
    await harness.untilPaused({ type: 'step' });
    await harness.untilPaused({ type: 'step' });
    const asked = harness.send({ type: 'exportCheckpoint' });
    const { bytes } = await harness.until('checkpointFile', asked);
    const rest = await finish(harness);
    expect(new Map([...harness.losses('a', again), ...rest])).toEqual(losses);

    const ids = ['a', 'b', 'c', 'd'];
    const resumed = harness.send({ type: 'resume', file: new Blob([bytes]), ids });
    await harness.until('resumed', resumed);
    const tail = await finish(harness);
    expect([...tail]).toEqual([...losses].filter(([step]) => step >= 2));

    harness.send({ type: 'setRuns', runs: [{ id: 'a', config: plain }] });
    const byHand = harness.events.length;
    for (let step = 0; step < 5; step++) {
      if (step === 3) harness.send({ type: 'change', id: 'a', change: off });
      await harness.untilPaused({ type: 'step' });
    }
    harness.send({ type: 'change', id: 'a', change: slower });
    await finish(harness);
    expect(harness.losses('a', byHand)).toEqual(losses);
  });

  it('come in the order of their steps', () => {
    const first = nextChange(scheduled);
    expect(first).toEqual(changes[1]);
    const left = first === null ? plain : withoutChange(scheduled, first);
    expect(left.training.changes).toEqual([changes[0]]);
    const last = nextChange(left);
    expect(last === null ? null : withoutChange(left, last)).toEqual(plain);
    expect(nextChange(plain)).toBeNull();
  });

  it('are refused where one of them cannot be made', () => {
    const cut = (block: string) =>
      tinyConfig({
        training: { changes: [{ step: 3, change: { kind: 'blockShortcut', block, on: false } }] },
      });
    expect(() => checkChanges(scheduled)).not.toThrow();
    expect(() => checkChanges(cut('layer2.0'))).not.toThrow();
    expect(() => checkChanges(cut('layer3.0'))).toThrow(
      /The change at step 3: There is no block layer3\.0/,
    );
    const wrong = runConfigSchema.safeParse({ version: 1, training: { changes: [{ step: 3 }] } });
    expect(wrong.success).toBe(false);
  });
});
