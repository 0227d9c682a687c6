/** Ctrl-C and SIGTERM while a run trains: the first asks it to stop behind its step, the second ends the process. */
import { note } from './note.ts';

/** What the process then exits with: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof CODES;

export class StopSignals {
  /** The exit code of the signal that came; null: none did. */
  code: number | null = null;

  private readonly listener = (signal: NodeJS.Signals): void => {
    const code = CODES[signal as StopSignal];
    if (this.code !== null) process.exit(code);
    this.code = code;
    note(`${signal}: stopping after this step; once more to stop without saving`);
  };

  /** From here on signals are caught, until `release`. */
  constructor() {
    for (const signal of Object.keys(CODES)) process.on(signal, this.listener);
  }

  release(): void {
    for (const signal of Object.keys(CODES)) process.off(signal, this.listener);
  }
}
