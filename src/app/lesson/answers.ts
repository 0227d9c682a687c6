/** What a question asks of these runs, the answers to choose from, and the one that their measurements give. */
import { blockNames } from '../../model/builder.ts';
import { hasShortcuts } from '../../model/shortcuts.ts';
import { shortcutSwitchOf } from '../../training/changes.ts';
import type { Mark } from '../../training/checkpoint/checkpoint.ts';
import type { RunHistory } from '../../training/history.ts';
import { hasShortcut } from '../edit.ts';
import type { RunView } from '../state.ts';
import { listed } from '../../text/language.ts';
import { t } from '../../text/t.ts';
import { counted, rounded } from '../words.ts';
import { CUT_STEPS, LEAD_STEPS, leadOf, meanLoss, stepsOf } from '../story/evidence.ts';
import { changeAt, gradientLeadOf } from './measures.ts';
import type { Question, QuestionKind } from './questions.ts';

export interface Option {
  /** A run’s id, or a word. */
  readonly id: string;
  /** The same after a reload, and beside other runs than before. */
  readonly mark: string;
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
  /** Null: not measured. */
  measure(runs: readonly RunView[], step: number, historyOf: HistoryOf): Answer | null;
  /** Steps after which it can be measured; null: not known yet. */
  dueAt(runs: readonly RunView[], step: number): number | null;
  /** Why these runs can never answer it; null: they can. */
  obstacle(runs: readonly RunView[]): string | null;
}

const NEITHER = 'neither';
const needsTwo = (runs: readonly RunView[]): string | null =>
  runs.length > 1 ? null : t`This question needs two networks. Reload the link to have them back.`;

/** Runs to choose from, and none of them. */
const runOptions = (runs: readonly RunView[], neither: string): readonly Option[] => [
  ...runs.map(({ id, tabKey, name }) => ({ id, mark: `line ${tabKey}`, label: name })),
  word(NEITHER, neither),
];

const word = (id: string, label: string): Option => ({ id, mark: id, label });

const divergedText = ({ name, diverged }: RunView): string =>
  t`${name} diverged at step ${counted(diverged?.step ?? 0)}`;

/** The run whose shortcuts are cut at a step that the link names, else the one that lost them, else the first that has any. */
function runToCut(runs: readonly RunView[], step: number): RunView | undefined {
  return (
    runs.find((run) => schedulesCut(run, step)) ??
    runs.find((run) => lastCut(run, step) !== undefined) ??
    runs.find(hadShortcuts)
  );
}

const schedulesCut = ({ config, originalConfig }: RunView, step: number): boolean =>
  (originalConfig ?? config).training.changes?.some(
    (one) => one.step === step && one.change.kind === 'shortcuts' && !one.change.on,
  ) ?? false;

const hadShortcuts = ({ config, markers }: RunView): boolean =>
  hasShortcuts(config.model) || markers.some(({ label }) => shortcutSwitchOf(label)?.on === false);

/** The first mark from `step` on with which the last of a run’s shortcuts went, all at once or one by one. */
function lastCut({ config, markers }: RunView, step: number): Mark | undefined {
  const blocks = blockNames(config.model);
  // Backwards from the network as it is; those that are switched together were all in the other state.
  let on: ReadonlySet<string> = new Set(blocks.filter((name) => hasShortcut(config.model, name)));
  let found: Mark | undefined;
  for (const mark of markers.toReversed()) {
    const switched = shortcutSwitchOf(mark.label);
    if (switched === null) continue;
    if (mark.step >= step && on.size === 0 && !switched.on) found = mark;
    const { block } = switched;
    const others = block === null ? [] : [...on].filter((name) => name !== block);
    const itself = switched.on ? [] : block === null ? blocks : [block];
    on = new Set([...others, ...itself]);
  }
  return found;
}

export const QUESTIONS: Readonly<Record<QuestionKind, QuestionDefinition>> = {
  lead: {
    title: t`Which network has the lower training loss?`,
    ask: (runs, step) => ({
      text: t`Which network will have the lower training loss at step ${counted(step)}?`,
      options: runOptions(runs, t`They will be level`),
    }),
    obstacle: needsTwo,
    dueAt: (_, step) => step,
    measure: (runs, step, historyOf) =>
      ranked(runs, step, historyOf, {
        isSurvivorFirst: true,
        of: (history) => meanLoss(history, step - LEAD_STEPS, step),
        compare: (first, second) => {
          const lead = leadOf(first, second, step);
          return lead === null
            ? null
            : { isClear: lead.isClear, values: [lead.loss, lead.otherLoss] };
        },
        clear: (first, second, [loss, other]) =>
          t`${first} has a training loss of ${rounded(loss)}, ${second} one of ${rounded(other)}.`,
        level: (first, second, [loss, other]) =>
          t`${first} has a training loss of ${rounded(loss)}, ${second} one of ${rounded(other)}: too close to tell apart.`,
      }),
  },
  cut: {
    title: t`What happens to the loss when the shortcuts are cut?`,
    ask: (runs, step) => {
      const run = runToCut(runs, step);
      const name = run?.name ?? t`the network`;
      const isScheduled = run !== undefined && schedulesCut(run, step);
      return {
        text: isScheduled
          ? t`At step ${counted(step)} all shortcuts of ${name} are cut. What will happen to its training loss?`
          : t`After step ${counted(step)}, cut all shortcuts of ${name}. What will happen to its training loss?`,
        options: [
          word('rose', t`It rises`),
          word('same', t`It hardly changes`),
          word('fell', t`It falls`),
        ],
      };
    },
    obstacle: (runs) =>
      runs.some(hadShortcuts) ? null : t`None of these networks has shortcuts to cut.`,
    dueAt: (runs, step) => {
      const run = runToCut(runs, step);
      const marker = run === undefined ? undefined : lastCut(run, step);
      return marker === undefined ? null : marker.step + CUT_STEPS;
    },
    measure: (runs, step, historyOf) => {
      const run = runToCut(runs, step);
      const marker = run === undefined ? undefined : lastCut(run, step);
      if (run?.diverged != null && run.diverged.step < (marker?.step ?? step) + CUT_STEPS) {
        return { kind: 'impossible', text: t`${divergedText(run)}.` };
      }
      if (run === undefined || marker === undefined) return null;
      const history = historyOf(run.id);
      const option = changeAt(history, marker.step);
      if (option === null) return null;
      const [before = 0, after = 0] = [marker.step - CUT_STEPS, marker.step].map(
        (from) => meanLoss(history, from, from + CUT_STEPS) ?? Number.NaN,
      );
      const numbers = t`Cut at step ${counted(marker.step)}, the training loss of ${run.name} went from ${rounded(before)} to ${rounded(after)} within ten steps`;
      return {
        ...{ kind: 'measured', option },
        text: option === 'same' ? t`${numbers}: too small a change to tell.` : t`${numbers}.`,
      };
    },
  },
  gradient: {
    title: t`Whose first layer gets more gradient?`,
    ask: (runs, step) => ({
      text: t`Whose first layer will get the larger gradient by step ${counted(step)}?`,
      options: runOptions(runs, t`About the same`),
    }),
    obstacle: needsTwo,
    dueAt: (_, step) => step,
    measure: (runs, step, historyOf) =>
      ranked(runs, step, historyOf, {
        // Of one that diverged nothing is known at that step; it may have diverged by too large a gradient.
        isSurvivorFirst: false,
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
          t`The first layer of ${first} gets a gradient of norm ${norm.toPrecision(2)}, ${(norm / other).toPrecision(2)} times that of ${second} (${other.toPrecision(2)}).`,
        level: (first, second, [norm, other]) =>
          t`The gradient norms are ${norm.toPrecision(2)} in ${first} and ${other.toPrecision(2)} in ${second}: too close to tell apart.`,
      }),
  },
};

type Pair = readonly [number, number];

interface Ranking {
  /** Whether the only run that has not diverged comes first. */
  readonly isSurvivorFirst: boolean;
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
  if (out.length > 0 && left.length < (by.isSurvivorFirst ? 1 : 2)) {
    const who = listed(out.map(divergedText));
    return { kind: 'impossible', text: t`${who}, so they can’t be compared.` };
  }
  const measured = left.flatMap((run) => {
    const history = historyOf(run.id);
    const value = stepsOf(history) < step ? null : by.of(history);
    return value === null ? [] : [{ run, history, value }];
  });
  if (measured.length < left.length) return null;
  const fallen = out.map((run) => t` ${divergedText(run)}.`).join('');
  const [first, second] = measured.toSorted((a, b) => a.value - b.value);
  if (first === undefined) return null;
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
  const obstacle = definition.obstacle(runs);
  if (obstacle !== null) return { kind: 'impossible', text: obstacle };
  const measured = definition.measure(runs, step, historyOf);
  if (measured !== null) return measured;
  const end = Math.min(...runs.map(({ config }) => config.training.steps));
  if (end < step) {
    return {
      kind: 'impossible',
      text: t`The runs end at step ${counted(end)}, before step ${counted(step)}.`,
    };
  }
  const due = definition.dueAt(runs, step);
  if (due !== null && runs.every(({ id }) => stepsOf(historyOf(id)) >= due)) {
    const text = t`The measurements around step ${counted(due)} have been averaged with later ones, so this can’t be answered now.`;
    return { kind: 'impossible', text };
  }
  const isWaiting = kind === 'cut' && runs.every(({ id }) => stepsOf(historyOf(id)) >= step);
  const text = isWaiting
    ? t`Answered ${CUT_STEPS} steps after the cut.`
    : t`Answered at step ${counted(step)}.`;
  return { kind: 'open', text };
}
