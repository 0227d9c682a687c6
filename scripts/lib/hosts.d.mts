import type { networkInterfaces } from 'node:os';

export const LOCAL_NAMES: readonly string[];
export function withBareHost(args: readonly string[]): string[];
export function addressesFor(
  host: string | undefined,
  interfaces?: ReturnType<typeof networkInterfaces>,
  machine?: string,
): {
  readonly listen: readonly string[];
  readonly names: readonly string[];
  readonly shown: readonly string[];
};
export function inUrl(name: string): string;
