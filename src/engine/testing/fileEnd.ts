/** What has to stop when a test file ends: files that need an adapter share a process (`vitest.config.ts`). */

const ends: (() => void)[] = [];

/** Has `end` called after the last test of the file that runs. */
export const atFileEnd = (end: () => void): void => {
  ends.push(end);
};

/** Calls, once, all that `atFileEnd` was given. */
export function endFile(): void {
  for (const end of ends.splice(0)) end();
}
