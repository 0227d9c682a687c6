import { expect, it } from 'vitest';
import { networkName } from '../model/networkName.ts';
import { defaultPair } from './defaultPair.ts';

it.each([
  [0.6, true, 'ResNet-20', 16],
  [1.5, true, 'ResNet-32', 16],
  [90, true, 'ResNet-32', 16],
  [20, false, 'ResNet-32', 16],
  [120, false, 'ResNet-20', 32],
  [3000, false, 'ResNet-56', 32],
])(
  'chooses by rate: %d GFLOP/s, software %s → %s at %d pixels',
  (gflops, isSoftware, name, size) => {
    const [residual, plain] = defaultPair(gflops, isSoftware);
    expect(networkName(residual.model)).toBe(name);
    expect(residual.model.inputSize).toBe(size);
    expect(networkName(plain.model)).toBe(name.replace('ResNet', 'Plain'));
    expect(plain.training).toEqual(residual.training);
    expect(plain.data).toEqual(residual.data);
  },
);
