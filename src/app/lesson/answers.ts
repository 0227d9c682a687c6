/** What a question asks of these runs, the answers to choose from, and the one that their measurements give. */
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { RunHistory } from '../../training/history.ts';
import type { RunView } from '../state.ts';
import { CUT_STEPS, LEAD_STEPS, leadOf, meanLoss, stepsOf } from '../story/evidence.ts';
import { changeAt, gradientLeadOf } from './measures.ts';
import type { Question, QuestionKind } from './questions.ts';

export interface Option {
  /** A run’s id, or a word. */
  readonly id: string;
  readonly label: string;
}

export interface Asked {
  readonly text: string;
  readonly options: readonly Option[];
}

export type Answer =
  /** `text`: when it will be answered, or why it can’t be. */
  | { readonly kind: 'open' | 'impossible'; readonly text: string }
  /** `option`: the id of what the numbers say; `text`: these numbers. */
  | { readonly kind: 'measured'; readonly option: string; readonly text: string };

type HistoryOf = (id: string) => RunHistory;

interface QuestionDefinition {
  /** How a teacher chooses it. */
  readonly title: string;
  ask(runs: readonly RunView[], step: number): Asked;
  /** Null: not measured yet. */
  measure(runs: readonly RunView[], step: number, historyOf: HistoryOf): Answer | null;
  /** Why these runs can never answer it; null: they can. */
  obstacle(runs: readonly RunView[]): string | null;
}

const counted = (steps: number): string => steps.toLocaleString('en-US');
const rounded = (value: number): string => value.toFixed(2);

const NEITHER = 'neither';
const needsTwo = (runs: readonly RunView[]): string | null =>
  runs.length > 1 ? null : 'This question needs two networks. Reload the link to have them back.';

/** Runs to choose from, and none of them. */
const runOptions = (runs: readonly RunView[], neither: string): readonly Option[] => [
  ...runs.map(({ id, name }) => ({ id, label: name })),
  { id: NEITHER, label: neither },
];

/** The run whose shortcuts are cut at a step that the link names, else the first that has any. */
function runToCut(runs: readonly RunView[], step: number): RunView | undefined {
  return runs.find((run) => schedulesCut(run, step)) ?? runs.find(hadShortcuts);
}

const schedulesCut = ({ config, originalConfig }: RunView, step: number): boolean =>
  (originalConfig ?? config).training.changes?.some(
    (one) => one.step === step && one.change.kind === 'shortcuts' && !one.change.on,
  ) ?? false;

const CUT = 'shortcuts off';
const hadShortcuts = ({ config, markers }: RunView): boolean =>
  hasShortcuts(config.model) || markers.some(({ label }) => label === CUT);

export const QUESTIONS: Readonly<Record<QuestionKind, QuestionDefinition>> = {
  lead: {
    title: 'Which network has the lower training loss?',
    ask: (runs, step) => ({
      text: `Which network will have the lower training loss at step ${counted(step)}?`,
      options: runOptions(runs, 'They will be level'),
    }),
    obstacle: needsTwo,
    measure: (runs, step, historyOf) =>
      ranked(runs, step, historyOf, {
        of: (history) => meanLoss(history, step - LEAD_STEPS, step),
        compare: (first, second) => {
          const lead = leadOf(first, second, step);
          return lead === null
            ? null
            : { isClear: lead.isClear, values: [lead.loss, lead.otherLoss] };
        },
        clear: (first, second, [loss, other]) =>
          `${first} has a training loss of ${rounded(loss)}, ${second} one of ${rounded(other)}.`,
        level: (first, second, [loss, other]) =>
          `${first} has a training loss of ${rounded(loss)}, ${second} one of ${rounded(other)}: no further apart than single batches scatter.`,
      }),
  },
  cut: {
    title: 'What happens to the loss when the shortcuts are cut?',
    ask: (runs, step) => {
      const run = runToCut(runs, step);
      const name = run?.name ?? 'the network';
      const isScheduled = run !== undefined && schedulesCut(run, step);
      return {
        text: isScheduled
          ? `At step ${counted(step)} all shortcuts of ${name} are cut. What will happen to its training loss?`
          : `After step ${counted(step)}, cut all shortcuts of ${name}. What will happen to its training loss?`,
        options: [
          { id: 'rose', label: 'It rises' },
          { id: 'same', label: 'It hardly changes' },
          { id: 'fell', label: 'It falls' },
        ],
      };
    },
    obstacle: (runs) =>
      runs.some(hadShortcuts) ? null : 'None of these networks has shortcuts to cut.',
    measure: (runs, step, historyOf) => {
      const run = runToCut(runs, step);
      const marker = run?.markers.find((mark) => mark.step >= step && mark.label === CUT);
      if (run === undefined || marker === undefined) return null;
      const history = historyOf(run.id);
      const option = changeAt(history, marker.step);
      if (option === null) return null;
      const [before = 0, after = 0] = [marker.step - CUT_STEPS, marker.step].map(
        (from) => meanLoss(history, from, from + CUT_STEPS) ?? Number.NaN,
      );
      const same = option === 'same' ? ': no more than single batches scatter' : '';
      return {
        ...{ kind: 'measured', option },
        text: `Cut at step ${counted(marker.step)}, the training loss of ${run.name} went from ${rounded(before)} to ${rounded(after)} within ten steps${same}.`,
      };
    },
  },
  gradient: {
    title: 'Whose first layer gets more gradient?',
    ask: (runs, step) => ({
      text: `Whose first layer will get the larger gradient by step ${counted(step)}?`,
      options: runOptions(runs, 'About the same'),
    }),
    obstacle: needsTwo,
    measure: (runs, step, historyOf) =>
      ranked(runs, step, historyOf, {
        // The larger first.
        of: (history) => {
          const own = gradientLeadOf(history, history, step);
          return own === null ? null : -own.norm;
        },
        compare: (first, second) => {
          const lead = gradientLeadOf(first, second, step);
          return lead === null
            ? null
            : { isClear: lead.isClear, values: [lead.norm, lead.otherNorm] };
        },
        clear: (first, second, [norm, other]) =>
          `The first layer of ${first} gets a gradient of norm ${norm.toPrecision(2)}, ${(norm / other).toPrecision(2)} times that of ${second} (${other.toPrecision(2)}).`,
        level: (first, second, [norm, other]) =>
          `The gradient norms are ${norm.toPrecision(2)} in ${first} and ${other.toPrecision(2)} in ${second}: no further apart than single batches scatter.`,
      }),
  },
};

type Pair = readonly [number, number];

interface Ranking {
  /** What runs are sorted by, smallest first; null: not measured. */
  of(history: RunHistory): number | null;
  compare(first: RunHistory, second: RunHistory): { isClear: boolean; values: Pair } | null;
  clear(first: string, second: string, values: Pair): string;
  level(first: string, second: string, values: Pair): string;
}

/** The run that comes first, if it is clearly before the second. Runs that diverged before are out. */
function ranked(
  runs: readonly RunView[],
  step: number,
  historyOf: HistoryOf,
  by: Ranking,
): Answer | null {
  const out = runs.filter(({ diverged }) => diverged !== null && diverged.step < step);
  const left = runs.filter((run) => !out.includes(run));
  const measured = left.flatMap((run) => {
    const history = historyOf(run.id);
    const value = stepsOf(history) < step ? null : by.of(history);
    return value === null ? [] : [{ run, history, value }];
  });
  if (measured.length < left.length) return null;
  const fallen = out
    .map(({ name, diverged }) => ` ${name} diverged at step ${counted(diverged?.step ?? 0)}.`)
    .join('');
  const [first, second] = measured.toSorted((a, b) => a.value - b.value);
  if (first === undefined) return { kind: 'measured', option: NEITHER, text: fallen.trim() };
  if (second === undefined) return { kind: 'measured', option: first.run.id, text: fallen.trim() };
  const compared = by.compare(first.history, second.history);
  if (compared === null) return null;
  const { isClear, values } = compared;
  const text = (isClear ? by.clear : by.level)(first.run.name, second.run.name, values);
  return {
    ...{ kind: 'measured', option: isClear ? first.run.id : NEITHER },
    text: `${text}${fallen}`,
  };
}

/** What the page answers now. @param historyOf a run’s measurements. */
export function answerOf(
  { kind, step }: Question,
  runs: readonly RunView[],
  historyOf: HistoryOf,
): Answer {
  const definition = QUESTIONS[kind];
  const measured = definition.measure(runs, step, historyOf);
  if (measured !== null) return measured;
  const obstacle = definition.obstacle(runs);
  if (obstacle !== null) return { kind: 'impossible', text: obstacle };
  const end = Math.min(...runs.map(({ config }) => config.training.steps));
  if (end < step) {
    return {
      kind: 'impossible',
      text: `The runs end at step ${counted(end)}, before step ${counted(step)}.`,
    };
  }
  const isWaiting = kind === 'cut' && runs.every(({ id }) => stepsOf(historyOf(id)) >= step);
  const text = isWaiting
    ? `Answered ${CUT_STEPS} steps after the cut.`
    : `Answered at step ${counted(step)}.`;
  return { kind: 'open', text };
}
