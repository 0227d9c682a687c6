import { expect, it } from 'vitest';
import type { Study, StudyResult } from '../training/studies/study.ts';
import { begun, cancelled, resultOf, withStudyEvent } from './studies.ts';

const study: Study = { kind: 'lesions', of: { run: 'run-1' }, images: 10, sets: [[]] };
const result: StudyResult = { kind: 'lesions', images: 10, rows: [] };

it('follows a study from its request to its result', () => {
  const asked = { a: begun('a 1', study, 100, 's') };
  const half = withStudyEvent(
    asked,
    { type: 'studyProgress', key: 'a 1', step: 7, done: 1, total: 2, workMs: 40, partial: result },
    200,
  );
  expect(half.a).toMatchObject({ status: 'running', done: 0.5, step: 7, result, workMs: 40 });
  expect(resultOf(half.a, 'lesions')).toBe(result);
  const later = withStudyEvent(
    half,
    { type: 'studyProgress', key: 'a 1', step: 7, done: 1.5, total: 2, workMs: 60 },
    300,
  );
  expect(later.a).toMatchObject({ done: 0.75, result });
  const done = withStudyEvent(
    later,
    { type: 'studyDone', key: 'a 1', step: 7, result, workMs: 90 },
    400,
  );
  expect(done.a).toEqual({
    request: 'a 1',
    study,
    step: 7,
    startedMs: 100,
    startId: 's',
    status: 'done',
    result,
    tookMs: 300,
    workMs: 90,
    expected: null,
  });
});

it('ignores answers to a request that was replaced or cancelled', () => {
  const event = { type: 'studyDone', key: 'a 1', step: 1, result, workMs: 1 } as const;
  const replaced = { a: begun('a 2', study, 0, 's') };
  expect(withStudyEvent(replaced, event, 1)).toBe(replaced);
  const stopped = { a: cancelled(begun('a 1', study, 0, 's')) };
  expect(withStudyEvent(stopped, event, 1)).toBe(stopped);
});

it('keeps what was found when a study fails or is cancelled', () => {
  const partial = {
    type: 'studyProgress',
    key: 'a 1',
    step: 1,
    done: 1,
    total: 2,
    workMs: 5,
    partial: result,
  };
  const half = withStudyEvent(
    { a: begun('a 1', study, 0, 's') },
    { ...partial, type: 'studyProgress' },
    1,
  );
  const failed = withStudyEvent(half, { type: 'studyFailed', key: 'a 1', message: 'gone' }, 2);
  expect(failed.a).toMatchObject({ status: 'failed', message: 'gone', result });
  const end = withStudyEvent(half, { type: 'studyCancelled', key: 'a 1' }, 2);
  expect(end.a).toMatchObject({ status: 'cancelled', result });
});
