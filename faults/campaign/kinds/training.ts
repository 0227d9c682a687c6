/** What training runs on: its worker, the worker's threads, the GPU, the clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker as PageWorker } from '@playwright/test';
import { INJECTED, type Tab } from '../tab.ts';
import { disturbedLife, type Kind, TINY_ON_WEBGPU } from './kind.ts';

/** Workers of the page, by the beginning of their file's name: `worker` trains, `webWorker` is one of its threads. */
const workersOf = (tab: Tab, name: string): PageWorker[] =>
  tab.page.workers().filter((worker) => worker.url().includes(`/assets/${name}-`));

const workerDeath: Kind = {
  name: 'worker-death',
  what: 'the training worker fails and is gone',
  weight: 2,
  sample: 5,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const fails = stage.dice.chance(0.7) ? throwAndClose : rejectAndClose;
      await workersOf(tab, 'worker')[0]
        ?.evaluate(fails, INJECTED)
        .catch(() => undefined);
      await tab.stops();
    }),
};

const threadDeath: Kind = {
  name: 'thread-death',
  what: 'a thread of the processor’s kernels fails and is gone',
  weight: 1,
  sample: 4,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      await workersOf(tab, 'webWorker')[0]
        ?.evaluate(throwAndClose, INJECTED)
        .catch(() => undefined);
      await tab.stops();
    }),
};

function throwAndClose(message: string): void {
  setTimeout(() => {
    setTimeout(() => self.close(), 0);
    throw new Error(message);
  }, 0);
}

function rejectAndClose(message: string): void {
  void Promise.reject(new Error(message));
  setTimeout(() => self.close(), 20);
}

const clockJump: Kind = {
  name: 'clock-jump',
  what: 'the clock jumps by up to ten years, forth or back, in the page and in its workers; then the tab is reloaded, or not',
  weight: 1,
  sample: 8,
  run: (stage) =>
    disturbedLife(stage, async (tab) => {
      const years = stage.dice.pick([-10, -1, -0.001, 0.001, 1, 10]);
      const jumpMs = years * 365 * 86_400_000;
      await tab.page.evaluate(jump, jumpMs);
      for (const worker of tab.page.workers()) {
        await worker.evaluate(jump, jumpMs).catch(() => undefined);
      }
      if (stage.dice.chance(0.4)) {
        await tab.press('Pause');
        await sleep(stage.dice.between(20, 300));
        await tab.page.reload();
      }
    }),
};

function jump(byMs: number): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + byMs;
}

/** Steps on a software adapter, where each takes a while. */
const GPU_STEPS = 80;

const gpuCrash: Kind = {
  name: 'gpu-crash',
  what: 'the browser’s GPU process crashes while WebGPU trains',
  weight: 1,
  sample: 1,
  run: (stage) =>
    disturbedLife(
      stage,
      async () => {
        await stage.chromium.crashGpuProcess();
        await sleep(300);
      },
      GPU_STEPS,
      TINY_ON_WEBGPU(GPU_STEPS),
    ),
};

export const TRAINING: readonly Kind[] = [workerDeath, threadDeath, clockJump, gpuCrash];
