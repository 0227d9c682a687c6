import { expect, test } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { fallText, marksOf, studyOfRun } from './marks.ts';
import { freshRun } from './runViews.ts';
import { begun, withStudyEvent } from './studies.ts';
import { DEAD_UNITS, studyKey } from './studyKeys.ts';
import { historyOf } from './testing/history.ts';

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
    ...{ type: 'studyDone', workMs: 1, key: 'r', step: 400 },
    result: {
      ...{ kind: 'deadUnits', images: 32 },
      layers: [{ layer: 'conv1', units: 200, dead: 50 }],
    },
  },
  1,
);

const trained = (steps: number) => historyOf({ loss: Array.from({ length: steps }, () => 1) });

test('marks say at which step they were found', () => {
  const found = studyOfRun({ studies }, DEAD_UNITS, run, trained(900));
  expect([...marksOf(found, undefined).dead]).toEqual([['conv1', { share: 0.25, step: 400 }]]);
});

test('marks of a network that was reset do not come back when the next one has trained as far', () => {
  const next = { ...run, startId: 'second' };
  expect(studyOfRun({ studies }, DEAD_UNITS, next, trained(900))).toBeUndefined();
  // One that runs has no step yet.
  expect(studyOfRun({ studies: asked }, DEAD_UNITS, run, trained(0))?.status).toBe('running');
});

test('a run that went back before the study loses its marks, however far the others are', () => {
  const page = { studies, stepsDone: 900 };
  expect(studyOfRun(page, DEAD_UNITS, run, trained(399))).toBeUndefined();
  expect(studyOfRun(page, DEAD_UNITS, run, trained(400))?.status).toBe('done');
});

test('changes of accuracy have their sign', () => {
  expect([0.0214, -0.003].map(fallText)).toEqual(['−2.1 points', '+0.3 points']);
});
