import { expect, test } from 'vitest';
import { offerTitle } from './offerTitle.ts';

const offer = (...runs: { name: string; step: number; steps: number }[]) =>
  offerTitle({ lineage: 'a', savedAtMs: 0, bytes: 0, damaged: null, runs }, (n) =>
    n.toLocaleString('en-US'),
  );

const run = (name: string, step: number) => ({ name, step, steps: 2000 });

test('an offer names its runs and the step of the one that is furthest', () => {
  expect(offer(run('ResNet-32', 1240))).toBe('ResNet-32, at step 1,240 of 2,000');
  expect(offer(run('ResNet-32', 1240), run('Plain-32', 900))).toBe(
    'ResNet-32 and Plain-32, at step 1,240 of 2,000',
  );
  expect(offer(run('A', 1), run('B', 2000), run('C', 3))).toBe(
    'A and 2 more, finished at step 2,000',
  );
});
