import { expect, test } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { fallText, marksOf, studyOfRun } from './marks.ts';
import { freshRun } from './state.ts';
import { begun, withStudyEvent } from './studies.ts';
import { DEAD_UNITS, studyKey } from './studyKeys.ts';

const run = {
  ...freshRun('a', 0, 'ResNet-20', completeConfig({ version: 1 })),
  startId: 'first',
};
const key = studyKey(DEAD_UNITS, run, true);
const asked = {
  [key]: begun('r', { kind: 'deadUnits', of: { run: 'a' }, images: 32 }, 0, 'first'),
};
const studies = withStudyEvent(
  asked,
  {
    ...{ type: 'studyDone', key: 'r', step: 400 },
    result: {
      ...{ kind: 'deadUnits', images: 32 },
      layers: [{ layer: 'conv1', units: 200, dead: 50 }],
    },
  },
  1,
);

test('marks say at which step they were found', () => {
  const found = studyOfRun({ studies, stepsDone: 900 }, DEAD_UNITS, run);
  expect([...marksOf(found, undefined).dead]).toEqual([['conv1', { share: 0.25, step: 400 }]]);
});

test('marks of a network that was reset do not come back when the next one has trained as far', () => {
  const next = { ...run, startId: 'second' };
  expect(studyOfRun({ studies, stepsDone: 900 }, DEAD_UNITS, next)).toBeUndefined();
  expect(studyOfRun({ studies, stepsDone: 399 }, DEAD_UNITS, run)).toBeUndefined();
  // One that runs has no step yet.
  expect(studyOfRun({ studies: asked, stepsDone: 0 }, DEAD_UNITS, run)?.status).toBe('running');
});

test('changes of accuracy have their sign', () => {
  expect([0.0214, -0.003].map(fallText)).toEqual(['−2.1 points', '+0.3 points']);
});
