import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { newRuns } from '../newRuns.ts';
import { freshRun } from '../runViews.ts';
import { historyOf } from '../testing/history.ts';
import { QUESTIONS } from './answers.ts';
import { BLANK, readCards, settled, writeCards } from './guesses.ts';
import { lessonKey, networksText } from './lessonKey.ts';
import { questionOf } from './questions.ts';

const config = completeConfig({ version: 1, model: { stageDepths: [3, 3, 3] } });
const ids = ['a', 'b'];
const pair = newRuns(
  [{ config }, { config: withoutShortcuts(config) }],
  () => ids.shift() ?? 'c',
).map((run, i) => ({ ...run, startId: `s${i + 1}` }));
const [LEAD, CUT] = [questionOf('lead.200'), questionOf('cut.200')];

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
  const networks = networksText(pair);
  const key = lessonKey('Which?', [LEAD], networks);
  writeCards(key, [{ ...BLANK, guess: 'line 1' }], storage);
  expect(readCards(key, [LEAD], storage)).toEqual([{ guess: 'line 1', answer: null }]);
  const deeper = completeConfig({ version: 1, model: { stageDepths: [5, 5, 5] } });
  const others = [
    lessonKey('Why?', [LEAD], networks),
    lessonKey('Which?', [LEAD, questionOf('cut.200')], networks),
    lessonKey(
      'Which?',
      [LEAD],
      networksText([{ config: deeper }, { config: withoutShortcuts(deeper) }]),
    ),
  ];
  for (const other of others) expect(readCards(other, [LEAD], storage)).toEqual([BLANK]);
});

test('a cut, a rate or more steps leave a lesson what it is', () => {
  const [{ config: first } = { config }, ...rest] = pair;
  const training = { ...first.training, steps: 9000, learningRate: 0.01 };
  const changed = { config: { ...withoutShortcuts(first), training } };
  expect(networksText([changed, ...rest])).toBe(networksText(pair));
});

test('what was measured is kept with the guess, past the steps that told it', () => {
  const { answer, card } = settle({ ...BLANK, guess: 'line 0' }, 200);
  expect(answer).toMatchObject({ kind: 'measured', option: 'a' });
  expect(card).toMatchObject({ guess: 'line 0', answer: { option: 0, pastOf: ['s1', 's2'] } });
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

test('an answer is kept once, though a run that was added has yet to come so far', () => {
  const [residual, ...others] = pair;
  if (residual === undefined) throw new Error('no pair');
  const cut = {
    ...{ ...residual, config: withoutShortcuts(config) },
    markers: [{ step: 200, label: 'shortcuts off' }],
  };
  const added = { ...freshRun('c', 2, 'ResNet-20, seed 1', config), startId: 's3' };
  const steps = { a: 250, b: 250, c: 0 };
  const settleCut = (card: typeof BLANK, runs = pair) =>
    settled(card, CUT, runs, (id) => level(steps[id as keyof typeof steps], 1));
  const { card } = settleCut(BLANK, [cut, ...others]);
  const more = settleCut(card, [cut, ...others, added]);
  expect(more).toMatchObject({ answer: { kind: 'measured', option: 'same' } });
  expect(more.card.answer?.pastOf).toEqual(['s1', 's2', 's3']);
  expect(settleCut(more.card, [cut, ...others, added]).card).toBe(more.card);
});

test('a mark stays with its option when runs are added, removed or recoloured', () => {
  const added = freshRun('c', 2, 'ResNet-20, seed 1', config);
  const marked = (runs: typeof pair, mark: string) =>
    QUESTIONS.lead.ask(runs, 200).options.find((option) => option.mark === mark)?.id;
  const [residual, plain] = pair;
  if (residual === undefined || plain === undefined) throw new Error('no pair');
  const recoloured = [
    { ...residual, colourIndex: 1 },
    { ...plain, colourIndex: 0 },
  ];
  for (const runs of [pair, [plain], [residual, plain, { ...added, startId: 's3' }], recoloured]) {
    expect(marked(runs, 'line 1')).toBe('b');
    expect(marked(runs, 'neither')).toBe('neither');
  }
  // One that is added where another was removed has its colour, not its mark.
  const inPlace = { ...added, colourIndex: 1, startId: 's3' };
  for (const runs of [[residual], [residual, inPlace]]) {
    expect(marked(runs, 'line 1')).toBeUndefined();
  }
});
