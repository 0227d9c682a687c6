/** The lesion study on the page: which blocks to switch off, and what came of it. */
import { hash32 } from '../data/hash.ts';
import type { BlockInfo, LayerGraph } from '../model/graph.ts';
import { lesionKind } from '../model/lesion.ts';
import type { LesionResult } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';

/** Draws of blocks that are switched off together, for each number of them. */
const DRAWS = 3;
/** Numbers of blocks off together, at most. */
const MAX_COUNTS = 12;

/** Blocks that can be switched off, in order. */
const removable = (graph: LayerGraph): readonly BlockInfo[] =>
  graph.blocks.filter((block) => lesionKind(block) !== 'impossible');

/** The whole net, then each block off by itself. */
export const sweepSets = (graph: LayerGraph): string[][] => [
  [],
  ...removable(graph).map(({ name }) => [name]),
];

/** The whole net, then ever more blocks off, drawn at random; the same draws for nets with the same blocks. */
export function severalSets(graph: LayerGraph): string[][] {
  const names = removable(graph).map(({ name }) => name);
  const every = Math.max(1, Math.ceil(names.length / MAX_COUNTS));
  const sets: string[][] = [[]];
  for (let count = 1; count <= names.length; count += every) {
    for (let draw = 0; draw < DRAWS; draw++) {
      const order = names
        .map((name, i) => ({ name, at: hash32(count, draw, i) }))
        .sort((a, b) => a.at - b.at);
      const off = new Set(order.slice(0, count).map(({ name }) => name));
      sets.push(names.filter((name) => off.has(name)));
    }
  }
  return sets;
}

/** A test error in per cent. */
const errorOf = ({ accuracy }: { readonly accuracy: number }): number => 100 * (1 - accuracy);

export interface BlockError {
  readonly block: string;
  /** Among all blocks of the net. */
  readonly index: number;
  readonly error: number;
  readonly loss: number;
  readonly isBorder: boolean;
}

export interface Sweep {
  /** Per cent; of the whole net. Null: not known yet. */
  readonly base: number | null;
  readonly baseLoss: number | null;
  readonly blocks: readonly BlockError[];
}

/** What a sweep has found so far. */
export function sweepOf(result: LesionResult | null, graph: LayerGraph): Sweep {
  const whole = result?.rows.find(({ blocks }) => blocks.length === 0);
  const blocks = (result?.rows ?? []).flatMap((row) => {
    const [name] = row.blocks;
    const index = graph.blocks.findIndex((block) => block.name === name);
    const info = graph.blocks[index];
    if (info === undefined || name === undefined) return [];
    const { loss } = row;
    return [{ block: name, index, error: errorOf(row), loss, isBorder: info.changesShape }];
  });
  return {
    base: whole === undefined ? null : errorOf(whole),
    baseLoss: whole?.loss ?? null,
    blocks,
  };
}

interface CountError {
  /** Blocks off. */
  readonly count: number;
  /** Per cent; mean, least and most of the draws. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Errors by the number of blocks off. */
export function errorsByCount(result: LesionResult | null): readonly CountError[] {
  const byCount = new Map<number, number[]>();
  for (const row of result?.rows ?? []) {
    const count = row.blocks.length;
    byCount.set(count, [...(byCount.get(count) ?? []), errorOf(row)]);
  }
  return [...byCount].map(([count, errors]) => ({
    count,
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    low: Math.min(...errors),
    high: Math.max(...errors),
  }));
}

export interface NamedLesions {
  readonly name: string;
  readonly step: number | null;
  readonly result: LesionResult;
}

/** `run,step,images,blocks off,loss,error %` */
export function lesionsCsv(nets: readonly NamedLesions[]): string {
  const lines = nets.flatMap(({ name, step, result }) =>
    result.rows.map((row) =>
      csvLine(
        [name, step ?? undefined, result.images, row.blocks.join(' '), row.loss, errorOf(row)],
        true,
      ),
    ),
  );
  return ['run,step,test images,blocks off,loss,test error %', ...lines, ''].join('\n');
}
