/** What a session is given from outside. */
import type { DatasetDeps } from '../data/dataset.ts';
import type { EngineChoice } from '../engine/engineNames.ts';
import type { OpenEngine } from '../engine/engines.ts';
import type { TuningStore } from '../engine/webgpu/tuner/store.ts';
import type { KeeperDeps } from './checkpointKeeper.ts';
import type { TrainingEvent } from './protocol.ts';

export interface SessionDeps {
  readonly emit: (event: TrainingEvent) => void;
  /** A new device. @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  readonly openEngine: (choice: EngineChoice) => Promise<OpenEngine>;
  /** Where images come from; the page's base URL comes with `open`. */
  readonly data?: Omit<DatasetDeps, 'baseUrl' | 'signal' | 'onProgress'>;
  /** Where checkpoints are kept; without it they are not. */
  readonly keeper?: KeeperDeps;
  /** Where choices of kernels are kept between visits. */
  readonly tuningStore?: TuningStore | null;
}
