/** This repository's engine on the processor. */
import { headlessDevice } from '../../headless/headlessDevice.ts';
import type { ArithmeticChoice } from '../../src/engine/cpu/arithmetic.ts';
import type { OpenEngine } from '../engine.ts';
import { openOnDevice } from './onDevice.ts';

export const openOursCpu =
  (arithmetic: ArithmeticChoice): OpenEngine =>
  async (_devices, task, threads) => {
    const { device } = await headlessDevice({ engine: 'cpu', threads, arithmetic });
    return openOnDevice(device, task);
  };
