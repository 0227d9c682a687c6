/**
 * Finds the fastest way to do each operation, by timing its candidates until a fixed budget is used up.
 *
 * The words used here:
 * - work: an operation in one shape, and how many layers do it. The work that costs most is timed first.
 * - candidate: one way to do it. The first is the default; `key` names it.
 * - trial: a candidate on buffers of its own, compiled by the `TuningTimer`.
 * - sample: one timed run of a trial. Its effort is the share of the workgroups that run, or from 1 on how often all do.
 * - contest: all candidates of one piece of work take turns for some rounds, one sample each, so that whatever else the
 *   machine does hits all of them alike. The default gives way only to an entrant that beats it in every round.
 * - load: samples that keep an adapter awake, which lowers its clock when idle.
 */
import type { Trial } from '../kernels/tunable.ts';
import { type Work, weightOf } from './work.ts';

/**
 * Runs a compiled trial and gives the milliseconds that the whole operation takes.
 * @param effort below 1: the share of its workgroups to run; from 1 on: how many times to run it.
 */
export type Sample = (effort: number) => Promise<number>;

export interface TuningTimer {
  compile(trial: Trial): Promise<Sample>;
  /** Duration of a sample that dwarfs the inaccuracy of clock and launch. */
  readonly sampleMs: number;
  /** Effort of the very first sample, when nothing is known of the adapter. */
  readonly firstEffort: number;
  /** Candidates of an operation worth compiling; the first are the most promising. */
  readonly mostCandidates: number;
  /** Milliseconds of work that bring an idle adapter to its full clock; 0 if its clock does not depend on work. */
  readonly warmUpMs: number;
}

export interface Clock {
  now(): number;
  /** Resolves at that time. */
  at(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  at: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - performance.now()))),
};

interface SearchOptions {
  readonly budgetMs: number;
  readonly clock: Clock;
}

const ROUNDS = 4;
/** With fewer rounds, other work on the machine decides. */
const LEAST_ROUNDS = 3;
/** A candidate slower than the best by this factor is not timed again. */
const HOPELESS = 1.4;
/** The default stays unless another takes less than this share of its time: smaller differences are noise. */
const CLEARLY_LESS = 0.95;
/** Work of less than this share of the whole is not worth a compilation. */
const LEAST_SHARE = 0.01;
/** Of the budget, to wake the adapter. */
const MOST_WARM_UP = 1 / 5;
/** A smaller part of the data fits into caches that the whole does not, which flatters candidates that reread it. */
const LEAST_EFFORT = 1 / 4;
const MOST_EFFORT = 256;

/** The winner's key by id, for all work that there was time for; the default's where none is clearly faster. */
export async function search(
  work: readonly Work[],
  timer: TuningTimer,
  { budgetMs, clock }: SearchOptions,
): Promise<Map<string, string>> {
  const chosen = new Map<string, string>();
  const deadline = clock.now() + budgetMs;
  const expired = clock.at(deadline).then(() => null);
  const total = work.reduce((sum, item) => sum + weightOf(item), 0);
  const warmUpMs = Math.min(timer.warmUpMs, MOST_WARM_UP * budgetMs);
  const state: SearchState = {
    timer,
    clock,
    deadline,
    warmUpMs,
    msPerMac: null,
    load: null,
  };
  let spentMs = 0;
  let timed = 0;
  for (const item of work) {
    const { id } = item.use;
    const candidates = item.use.candidates.slice(0, timer.mostCandidates);
    if (candidates.length < 2 || weightOf(item) < LEAST_SHARE * total) continue;
    const startMs = clock.now();
    // A contest that cannot finish wastes its time.
    const expectedMs = (spentMs / Math.max(1, timed)) * candidates.length;
    if (startMs + expectedMs >= deadline) continue;
    const contest = winner(item, state).catch(() => null);
    const key = await Promise.race([contest, expired]);
    if (key !== null) chosen.set(id, key);
    spentMs += clock.now() - startMs;
    timed += candidates.length;
  }
  return chosen;
}

interface SearchState {
  readonly timer: TuningTimer;
  readonly clock: Clock;
  readonly deadline: number;
  readonly warmUpMs: number;
  /** Of the last default timed. */
  msPerMac: number | null;
  /** Keeps the adapter at work for a moment; null before it has been woken. */
  load: (() => Promise<number>) | null;
}

/** The winner among an operation's candidates, or null when time ran out first. */
async function winner({ use }: Work, state: SearchState): Promise<string | null> {
  const { timer, clock, deadline } = state;
  const isOver = () => clock.now() >= deadline;
  const compiling = Promise.all(
    use.candidates
      .slice(0, timer.mostCandidates)
      .map(async ({ key, trial }) => ({ key, sample: await timer.compile(trial()) })),
  );
  const compiled = await underLoad(compiling, state);
  const first = state.msPerMac === null ? null : effortFor(use.macs * state.msPerMac, timer);
  const warmUp = first ?? timer.firstEffort;
  // On first run, software adapters finish compiling, and all adapters clear new buffers.
  for (const { sample } of compiled) {
    if (isOver()) return null;
    await sample(Math.min(warmUp, 1));
  }
  let effort = first;
  const [standard] = compiled;
  if (standard !== undefined && state.load === null && state.warmUpMs > 0) {
    const warm = await wokenBy(standard.sample, warmUp, state);
    state.load = () => standard.sample(warm);
    effort = warm;
  }
  const entrants: Entrant[] = compiled.map((entrant) => ({ ...entrant, times: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    const limit = HOPELESS * Math.min(...entrants.map(shortestOf));
    for (const entrant of entrants) {
      // The default is what all are compared with.
      if (entrant !== entrants[0] && entrant.times.length > 0 && shortestOf(entrant) > limit)
        continue;
      if (isOver()) return decide(entrants, round);
      effort ??= effortFor(await entrant.sample(warmUp), timer);
      const ms = await entrant.sample(effort);
      if (!(ms > 0)) throw new RangeError(`${use.id}: ${entrant.key} took ${ms} ms`);
      entrant.times.push(ms);
      if (entrant === entrants[0]) state.msPerMac = shortestOf(entrant) / use.macs;
    }
  }
  return decide(entrants, ROUNDS);
}

/** Runs `sample` until the adapter is awake. @returns the effort of one that takes the timer's `sampleMs`. */
async function wokenBy(
  sample: Sample,
  firstEffort: number,
  { timer, clock, deadline, warmUpMs }: SearchState,
): Promise<number> {
  const end = Math.min(deadline, clock.now() + warmUpMs);
  let effort = firstEffort;
  while (clock.now() < end) effort = effortFor(await sample(effort), timer);
  return effort;
}

/** Waits for `pending` without letting the adapter fall asleep. */
async function underLoad<T>(pending: Promise<T>, state: SearchState): Promise<T> {
  const { load, clock, deadline } = state;
  if (load === null) return pending;
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  pending.then(settled, settled);
  while (!isSettled && clock.now() < deadline) await load();
  return pending;
}

interface Entrant {
  readonly key: string;
  readonly sample: Sample;
  /** Milliseconds, round by round. */
  readonly times: number[];
}

const shortestOf = ({ times }: Entrant): number => Math.min(...times);

/** @param wholeMs duration of the whole operation. */
const effortFor = (wholeMs: number, { sampleMs }: TuningTimer): number =>
  Math.min(MOST_EFFORT, Math.max(LEAST_EFFORT, sampleMs / wholeMs));

/**
 * The fastest candidate that beat the default in every round, and by its shortest time clearly; else the default.
 * @param entrants the default first.
 * @param rounds in which all took part. @returns null when they are too few.
 */
function decide([standard, ...others]: readonly Entrant[], rounds: number): string | null {
  if (standard === undefined || rounds < LEAST_ROUNDS) return null;
  const standardMs = standard.times.slice(0, rounds);
  let best = { key: standard.key, limit: CLEARLY_LESS * Math.min(...standardMs) };
  for (const { key, times } of others) {
    const wins = standardMs.every((ms, round) => (times[round] ?? Number.POSITIVE_INFINITY) < ms);
    const shortest = Math.min(...times.slice(0, rounds));
    if (wins && shortest < best.limit) best = { key, limit: shortest };
  }
  return best.key;
}
