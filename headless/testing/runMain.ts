/** A command of headless in this process: no start of Node, and kernels that earlier commands have compiled. */
import { vi } from 'vitest';
import { main } from '../main.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for the processor's engine, on which small networks compile and train in no time. */
export const ON_PROCESSOR = ['--engine', 'cpu', '--threads', '1', '--arithmetic', 'exact'];

/** As `npm run --silent headless -- …args`. */
export async function headless(...args: string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text;
      return true;
    }),
  );
  try {
    return { status: await main(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
