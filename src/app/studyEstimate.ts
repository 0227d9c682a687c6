/** How long a study will take: what it computes, at the pace that the machine has shown. */
import type { RunConfig } from '../model/config.ts';
import type { LayerGraph } from '../model/graph.ts';
import { forwardImages, type StudyTask } from '../training/studies/cost.ts';
import type { StudyKind } from '../training/studies/study.ts';
import type { ExpectedWork, StudyState, StudyStates } from './studies.ts';
import { plannedTime, type Rated } from './trainingTime.ts';

/** Of a gradient's step over a forward pass. */
const PASSES = 3;
/** Its networks are put onto the device first, whatever it computes. */
const OPENING_MS = 300;
/** Of work, before its pace is believed. */
const ENOUGH_MS = 1000;
const ENOUGH_DONE = 0.1;

export type StudyRated = Rated & { readonly studies: StudyStates };

/** A network that can be studied. */
export interface StudiedNet {
  readonly run: { readonly config: RunConfig };
  /** Of the config's model. */
  readonly graph: LayerGraph;
  /** Images that one step of its training normalises together. */
  readonly trainingBatchSize: number;
}

/** Milliseconds on one network if the machine kept the pace that it had at opening; 0 before that is known. */
export function expectedMs(study: StudyTask, net: StudiedNet, rated: Rated): number {
  const { run, graph, trainingBatchSize } = net;
  const { stepMs } = plannedTime(run.config, { ...rated, paceRatio: 1 }, graph) ?? { stepMs: 0 };
  const images = forwardImages(study, trainingBatchSize);
  return (images * stepMs) / PASSES / run.config.training.batchSize;
}

/** How many times what was expected of it a study takes; null where too little of it was done. */
function paceOf({ expected, workMs, ...state }: StudyState): number | null {
  const done = state.status === 'running' ? state.done : state.status === 'done' ? 1 : 0;
  if (expected === null || done < ENOUGH_DONE || workMs < ENOUGH_MS) return null;
  return Math.max(0, workMs - OPENING_MS) / (expected.ms * done);
}

/** That of the studies of this kind, the last that tells; else training's; else as at opening. */
export function studyPace(kind: StudyKind, { studies, engine, paceRatio }: StudyRated): number {
  const isHere = (expected: ExpectedWork | null) => expected?.engine === (engine?.id ?? null);
  const paces = Object.values(studies)
    .filter(({ study, expected }) => study.kind === kind && isHere(expected))
    .sort((a, b) => b.startedMs - a.startedMs)
    .flatMap((state) => paceOf(state) ?? []);
  return paces[0] ?? paceRatio ?? 1;
}

/** Milliseconds of studies that are alone, one for each of these networks. */
export function studyMs(study: StudyTask, nets: readonly StudiedNet[], rated: StudyRated): number {
  const pace = studyPace(study.kind, rated);
  return nets.reduce((sum, net) => sum + OPENING_MS + pace * expectedMs(study, net, rated), 0);
}

/** Milliseconds of work that a study has before it. */
export function workLeftMs(state: StudyState, rated: StudyRated): number {
  if (state.status !== 'running') return 0;
  const { expected, done, workMs, study } = state;
  const pace = paceOf(state);
  if (pace === null && expected !== null) {
    return OPENING_MS + studyPace(study.kind, rated) * expected.ms * (1 - done);
  }
  return done === 0 ? 0 : (workMs / done) * (1 - done);
}

/** Numbers of images to choose from, all of them last. */
export function imageChoices(available: number): readonly number[] {
  return [...[100, 200, 500, 1000, 2000, 5000].filter((n) => n < available), available];
}

/** The most images that stay within `budgetMs`, the fewest if none do. */
export function affordableImages(
  choices: readonly number[],
  msOf: (images: number) => number,
  budgetMs: number,
): number {
  return choices.findLast((images) => msOf(images) <= budgetMs) ?? choices[0] ?? 0;
}

/**
 * What was chosen, while it is to be had: other runs or another split may have fewer images. Else as many as
 * `affordableImages` says.
 */
export const chosenImages = (
  chosen: number | null,
  choices: readonly number[],
  msOf: (images: number) => number,
  budgetMs: number,
): number =>
  chosen !== null && choices.includes(chosen) ? chosen : affordableImages(choices, msOf, budgetMs);
