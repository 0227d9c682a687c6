/** Trains a tiny pair for very many steps in one page, and looks ten times at what could grow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { button, fill } from '../../e2e/support/page.ts';
import { pair } from '../campaign/kinds/kind.ts';
import { Tab } from '../campaign/tab.ts';
import { Chromium } from '../support/chromium.ts';
import type { PageServer } from '../support/server.ts';
import { type Memory, memoryOf } from './memory.ts';

const POINTS = 10;
/** The first points are left out of the growth: histories fill up to their limit, and caches warm up. */
const WARM_POINTS = 4;
const PER_STEPS = 10_000;
const STALL_MS = 120_000;

/** What is looked at, its unit, and by how much it may grow in 10,000 steps. */
const WATCHED = {
  pageHeap: ['page heap', 'MB', 0.5],
  workerHeap: ['worker heap', 'MB', 0.5],
  buffers: ['array buffers', 'MB', 0.5],
  wasm: ['WebAssembly memory', 'MB', 0],
  gpuBuffers: ['GPU buffers', '', 0],
  files: ['private files', 'MB', 0.25],
  nodes: ['DOM nodes', '', 20],
} as const satisfies Record<keyof Memory, readonly [string, string, number]>;
type Watched = keyof Memory;

export interface Point extends Memory {
  readonly step: number;
}

/** @returns the points, and what grew beyond its bound, in words. */
export async function soak(
  server: PageServer,
  steps: number,
  log: (line: string) => void,
): Promise<{ points: Point[]; faults: string[] }> {
  const chromium = await Chromium.start();
  const tab = await Tab.open(chromium.context, `${server.addressOf('soak')}#${pair(steps)}`);
  await fill(tab.page, 'Steps', `${steps}`);
  await tab.click('Train');
  const points: Point[] = [];
  for (let i = 1; i <= POINTS; i++) {
    await reach(tab, Math.floor((i * steps) / POINTS));
    // Between two steps, with nothing on its way to the page.
    if (await button(tab.page, 'Pause').isEnabled()) await tab.click('Pause');
    await tab.until(async () => /^(Paused|Finished)/.test(await tab.statusText()));
    await sleep(1500);
    const point = { step: await tab.step(), ...(await memoryOf(tab.page)) };
    points.push(point);
    log(JSON.stringify(point));
    if (await button(tab.page, 'Train').isEnabled()) await tab.click('Train');
  }
  const faults = [...tab.errors, ...growths(points)];
  await chromium.close();
  return { points, faults };
}

/** Fails only where training stands still, however long it takes. */
async function reach(tab: Tab, step: number): Promise<void> {
  let last = -1;
  const isThere = async () => {
    const text = await tab.statusText();
    return text.startsWith('Finished') || (await tab.step()) >= step;
  };
  while (!(await tab.until(isThere, STALL_MS))) {
    const now = await tab.step();
    if (now === last) throw new Error(`training stands still at step ${now}`);
    last = now;
  }
}

/** By a straight line through the points after the first ones. */
function growthOf(points: readonly Point[], what: Watched): number {
  const later = points.slice(WARM_POINTS);
  const mean = (of: (point: Point) => number) =>
    later.reduce((sum, point) => sum + of(point), 0) / later.length;
  const [x, y] = [mean(({ step }) => step), mean((point) => point[what])];
  const covariance = mean((point) => (point.step - x) * (point[what] - y));
  const variance = mean(({ step }) => (step - x) ** 2);
  return variance === 0 ? 0 : (covariance / variance) * PER_STEPS;
}

const watched = Object.keys(WATCHED) as Watched[];

function growths(points: readonly Point[]): string[] {
  return watched.flatMap((what) => {
    const [name, unit, bound] = WATCHED[what];
    const growth = growthOf(points, what);
    if (growth <= bound + 1e-9) return [];
    return [`${name} grows by ${growth.toFixed(2)} ${unit} in 10,000 steps; the bound is ${bound}`];
  });
}

/** A Markdown table. */
export function soakTable(points: readonly Point[]): string {
  const head = [
    'step',
    ...watched.map((what) => {
      const [name, unit] = WATCHED[what];
      return unit === '' ? name : `${name}, ${unit}`;
    }),
  ];
  const rows = points.map((point) => [point.step, ...watched.map((what) => rounded(point[what]))]);
  const growth = [
    'growth in 10,000 steps',
    ...watched.map((what) => growthOf(points, what).toFixed(3)),
  ];
  const bounds = ['bound', ...watched.map((what) => WATCHED[what][2])];
  const lines = [head, head.map(() => '---'), ...rows, growth, bounds];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const rounded = (value: number): string =>
  Number.isInteger(value) ? `${value}` : value.toFixed(2);
