/**
 * The commands that wait for their turn, whether a test under way has to make room for them, and after which restart of
 * runs a measurement was made.
 */
import type { QueuedCommand } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';

/** Commands that wait for a test under way to end; all others cut it short. */
const WAITS_FOR_TEST: ReadonlySet<QueuedCommand['type']> = new Set([
  'evaluate',
  'profile',
  'exportWeights',
  'continueInPyTorch',
  'predict',
  'study',
  'cancelStudy',
  'label',
  'saveRun',
  'exportCheckpoint',
  'discardCheckpoint',
  'keepCheckpoint',
]);

const waitsForTest = ({ type }: QueuedCommand): boolean => WAITS_FOR_TEST.has(type);

export class CommandQueue {
  private readonly waiting: QueuedCommand[] = [];
  private wakeUp: () => void = () => undefined;
  private turn = new AbortController();
  /** The last command that restarted runs and was carried out. */
  private restart: number | undefined;

  push(command: QueuedCommand): void {
    this.waiting.push(command);
    if (!waitsForTest(command)) this.interrupt();
    this.wake();
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Whether a command waits that is to train. */
  get hasStart(): boolean {
    return this.waiting.some(({ type }) => type === 'train' || type === 'step');
  }

  /** Begins a turn. @returns the command that it is for, if one waits. */
  next(): QueuedCommand | undefined {
    this.turn = new AbortController();
    const command = this.waiting.shift();
    if (command !== undefined && this.waiting.some((other) => !waitsForTest(other))) {
      this.interrupt();
    }
    return command;
  }

  /** The command has been carried out, or has failed. */
  done(command: QueuedCommand): void {
    if ('restart' in command) this.restart = command.restart;
  }

  /** Aborted where a test should not be waited for. */
  get signal(): AbortSignal {
    return this.turn.signal;
  }

  /** Cuts short the test of this turn. */
  interrupt(): void {
    this.turn.abort();
  }

  /** Resolves at the next `wake`. Of several, only the last one does. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeUp = resolve;
    });
  }

  /** There may be something to do. */
  wake(): void {
    this.wakeUp();
  }

  /** A measurement says after which restart it was made. */
  numbered(event: TrainingEvent): TrainingEvent {
    switch (event.type) {
      case 'metrics':
      case 'evaluated':
      case 'diverged':
      case 'finished':
        return this.restart === undefined ? event : { ...event, restart: this.restart };
      default:
        return event;
    }
  }
}
