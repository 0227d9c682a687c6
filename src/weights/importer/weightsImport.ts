/** A weights file that is being imported: read once, then inspected under whatever answers are given. */
import type { RunConfig } from '../../model/config.ts';
import { type Answers, type Inspection, inspect, NO_ANSWERS } from '../match/inspect.ts';
import { readWeights } from '../read/readWeights.ts';
import type { WeightsFile } from '../read/weightsFile.ts';
import { WeightsError } from '../weightsError.ts';
import { t } from '../../text/t.ts';

/** An inspection without the tensors themselves. */
export type Findings = Omit<Inspection, 'state'>;

/** What the page learns about a file. */
export interface OpenedFile {
  readonly fileName: string;
  readonly fileBytes: number;
  /** With no answer given. */
  readonly findings: Findings;
}

/** A network on its way into a run. */
export interface TakenNetwork {
  readonly config: RunConfig;
  readonly tensors: readonly TakenTensor[];
}

interface TakenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export class WeightsImport {
  readonly opened: OpenedFile;
  private readonly file: WeightsFile;

  /** @throws WeightsError naming what is wrong with the file. */
  constructor(fileName: string, bytes: Uint8Array) {
    this.file = readWeights(bytes);
    this.opened = { fileName, fileBytes: bytes.length, findings: this.inspect(NO_ANSWERS) };
  }

  /** @throws WeightsError or ConfigError for an answer that is none, or a network that can't be built. */
  inspect(answers: Answers): Findings {
    const { state: _, ...findings } = inspect(this.file, answers);
    return findings;
  }

  /** Copies of the network's tensors, and its config. @throws WeightsError if not all of them are in the file. */
  take(answers: Answers): TakenNetwork {
    const { state, config, blocked, reason } = inspect(this.file, answers);
    if (state === null || config === null) {
      throw new WeightsError(blocked ?? reason ?? t`the file holds no network`);
    }
    const tensors = [...state].map(([name, { shape, data }]) => ({
      ...{ name, shape },
      data: data.slice(),
    }));
    return { config, tensors };
  }
}
