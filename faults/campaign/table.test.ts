import { expect, it } from 'vitest';
import { failuresOf, tableOf } from './table.ts';
import type { CaseResult } from './verdict.ts';

const result = (seed: number, change: Partial<CaseResult> = {}): CaseResult => ({
  ...{ kind: 'reload', seed, faults: 2, verdict: 'whole', stepsLost: [], secondsLost: [] },
  ...{ note: '', tookMs: 1000 },
  ...change,
});
const results = [
  result(1),
  result(2, { verdict: 'lost as said', stepsLost: [5, 7, 90], secondsLost: [0.25, 1] }),
  result(3, { kind: 'tabs', faults: 1, verdict: 'DEAD PAGE', note: 'the page is blank' }),
];

it('has a row a kind and one of all, with the verdicts that came up', () => {
  expect(tableOf(results).split('\n')).toEqual([
    '| fault | cases | faults | steps lost: median | max | seconds lost: max | whole | lost as said | DEAD PAGE |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| reload | 2 | 4 | 7 | 90 | 1.0 | 1 | 1 | 0 |',
    '| tabs | 1 | 1 | 0 | 0 | 0.0 | 0 | 0 | 1 |',
    '| all | 3 | 5 | 7 | 90 | 1.0 | 1 | 1 | 1 |',
  ]);
});

it('gives the command that reproduces a failure', () => {
  expect(failuresOf(results)).toEqual([
    'npm run faults -- --only tabs --seed 3 --faults 1   # DEAD PAGE: the page is blank',
  ]);
});
