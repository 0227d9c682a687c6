/** What a session is made with. */
import type { EngineChoice, EngineId } from '../engine/engineNames.ts';
import type { TrainingClient } from '../training/client.ts';
import type { RunSaver } from './autoSave.ts';
import type { TabState } from './tabState.ts';

export interface SessionOptions {
  readonly createTrainer: () => TrainingClient;
  /** The page's address, against which the worker resolves the data's. */
  readonly baseUrl: string;
  /** What to train with; left out: the fastest there is. */
  readonly engine?: EngineChoice | undefined;
  /** What trained on the last visit; left out: not known. */
  readonly lastEngine?: EngineId | undefined;
  saveFile(name: string, type: string, content: ArrayBuffer | string | readonly string[]): void;
  /** Where runs are stored; left out: nowhere. */
  readonly openLibrary?: () => Promise<RunSaver>;
  /** What this tab was doing before it was reloaded; null or left out: nothing. */
  readonly before?: TabState | null;
  /** The last training of this tab, whose checkpoint is offered first; null or left out: not known. */
  readonly lineage?: string | null;
}
