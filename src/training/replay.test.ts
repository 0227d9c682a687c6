import { expect, test } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { RunHistory } from './history.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { replay } from './replay.ts';

function measured(): RunHistory {
  const history = new RunHistory({ parameterNames: [], activationNames: [] });
  history.append({
    step: Uint32Array.from({ length: 10 }, (_, i) => i),
    ...{ loss: new Float32Array(10), accuracy: new Float32Array(10) },
    ...{ learningRate: new Float32Array(10), elapsedMs: new Float64Array(10) },
    gradNorm: new Float32Array(0),
  });
  return history;
}

const back = { id: 'a', step: 4, label: '', config: completeConfig({ version: 1 }) } as const;

test.each(['changed', 'restored'] as const)(
  'what a run measured from where it is %s on is void, unless it has diverged there',
  (type) => {
    const left = (status: 'live' | 'diverged') => {
      const histories = new Map([['a', measured()]]);
      const event: TrainingEvent = { ...back, type, status };
      replay(event, histories);
      return histories.get('a')?.latest?.step;
    };
    expect([left('live'), left('diverged')]).toEqual([3, 9]);
  },
);
