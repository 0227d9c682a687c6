import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { freshRun } from '../state.ts';
import { historyOf } from '../testing/history.ts';
import { BLANK, lessonKey, readCards, settled, writeCards } from './guesses.ts';
import { questionOf } from './questions.ts';

const config = completeConfig({ version: 1, model: { stageDepths: [3, 3, 3] } });
const pair = [
  { ...freshRun('a', 0, 'ResNet-20', config), startId: 's1' },
  { ...freshRun('b', 1, 'Plain-20', withoutShortcuts(config)), startId: 's2' },
];
const LEAD = questionOf('lead.200');

function area() {
  const texts = new Map<string, string>();
  const storage = {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  };
  return { use: 'tab' as const, storage: () => storage };
}

/** Constant losses. @param maxRows so many steps are kept singly. */
const level = (steps: number, loss: number, maxRows?: number) =>
  historyOf({ loss: Array.from({ length: steps }, () => loss) }, maxRows);

const settle = (card: typeof BLANK, steps: number, runs = pair, maxRows?: number) =>
  settled(card, LEAD, runs, (id) => level(steps, id === 'a' ? 1 : 2, maxRows));

test('lessons with the same questions but other networks or tasks share no marks', () => {
  const storage = area();
  const key = lessonKey('Which?', [LEAD], pair);
  writeCards(key, [{ ...BLANK, guess: 1 }], storage);
  expect(readCards(key, [LEAD], storage)).toEqual([{ guess: 1, answer: null }]);
  const deeper = completeConfig({ version: 1, model: { stageDepths: [5, 5, 5] } });
  const others = [
    lessonKey('Why?', [LEAD], pair),
    lessonKey('Which?', [LEAD, questionOf('cut.200')], pair),
    lessonKey('Which?', [LEAD], [{ config: deeper }, { config: withoutShortcuts(deeper) }]),
  ];
  for (const other of others) expect(readCards(other, [LEAD], storage)).toEqual([BLANK]);
});

test('a cut, a rate or more steps leave a lesson what it is', () => {
  const [{ config: first } = { config }, ...rest] = pair;
  const training = { ...first.training, steps: 9000, learningRate: 0.01 };
  const changed = { config: { ...withoutShortcuts(first), training } };
  expect(lessonKey(null, [LEAD], [changed, ...rest])).toBe(lessonKey(null, [LEAD], pair));
});

test('what was measured is kept with the guess, past the steps that told it', () => {
  const { answer, card } = settle({ ...BLANK, guess: 0 }, 200);
  expect(answer).toMatchObject({ kind: 'measured', option: 'a' });
  expect(card).toMatchObject({ guess: 0, answer: { option: 0, pastOf: ['s1', 's2'] } });
  const later = settle(card, 4000, pair, 128);
  expect(later).toEqual({ answer, card });
  // A reloaded page gives runs other ids; before they are back they have no steps.
  const [a, b] = pair;
  if (a === undefined || b === undefined) throw new Error('no pair');
  expect(settle(card, 0).card).toBe(card);
  const reloaded = settle(card, 4000, [{ ...a, id: 'c' }, b], 128);
  expect(reloaded.answer).toMatchObject({ kind: 'measured', option: 'c' });
});

test('an answer that was not kept and cannot be measured any more is not promised', () => {
  expect(settle(BLANK, 4000, pair, 128).answer).toEqual({
    kind: 'impossible',
    text: 'The measurements around step 200 have been averaged with later ones, so this can’t be answered now.',
  });
});

test('an answer ends with what it was measured of: by a reset, or by going back before its step', () => {
  const { card } = settle(BLANK, 200);
  const reset = pair.map((run) => ({ ...run, startId: 'new' }));
  expect(settle(card, 150, reset).answer.kind).toBe('open');
  const back = settle(card, 150);
  expect(back).toMatchObject({ answer: { kind: 'open' }, card: { answer: null } });
});
