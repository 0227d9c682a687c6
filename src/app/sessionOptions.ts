/** What a session is made with, and what it makes runs from. */
import type { EngineChoice } from '../engine/engineNames.ts';
import type { RunConfig } from '../model/config.ts';
import type { TrainingClient } from '../training/client.ts';
import type { RunSaver } from './autoSave.ts';
import type { TabState } from './tabState.ts';

export interface SessionOptions {
  readonly createTrainer: () => TrainingClient;
  /** The page's address, against which the worker resolves the data's. */
  readonly baseUrl: string;
  /** What to train with; left out: the fastest there is. */
  readonly engine?: EngineChoice | undefined;
  saveFile(name: string, type: string, content: ArrayBuffer | string | readonly string[]): void;
  /** Where runs are stored; left out: nowhere. */
  readonly openLibrary?: () => Promise<RunSaver>;
  /** What this tab was doing before it was reloaded; null or left out: nothing. */
  readonly before?: TabState | null;
}

/** A run to be made. */
export interface NewRun {
  readonly config: RunConfig;
  /** It stays when the network is edited. Left out: after the network. */
  readonly name?: string | undefined;
  /** Left out: its place among the runs. */
  readonly colourIndex?: number | undefined;
  /** The kernels to use where they can be (`prepared`'s `kernelCode`). */
  readonly kernelCode?: string | undefined;
}
