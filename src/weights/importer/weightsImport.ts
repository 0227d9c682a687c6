/** A weights file that is being imported: read once, then compared with whichever network is chosen. */
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import { cautionsOf, configOf } from '../match/describeFile.ts';
import { inferModel, type OpenQuestion } from '../match/inferModel.ts';
import { type MatchRow, matchWeights } from '../match/matchWeights.ts';
import { readWeights } from '../read/readWeights.ts';
import type { WeightsFile } from '../read/weightsFile.ts';
import { stateFor } from '../stateDict.ts';
import { WeightsError } from '../weightsError.ts';

/** The network that a file's weights seem to belong to. */
interface Proposal {
  readonly model: ModelConfig;
  /** Given by the file, or inferred from its names and shapes. */
  readonly source: 'file' | 'shapes';
  readonly open: readonly OpenQuestion[];
}

/** What the page learns about a file. */
export interface OpenedFile {
  readonly fileName: string;
  readonly fileBytes: number;
  readonly format: string;
  readonly tensors: number;
  readonly remarks: readonly string[];
  readonly cautions: readonly string[];
  /** Null if no network that can be built here has such tensors; `proposalFault` says why. */
  readonly proposal: Proposal | null;
  readonly proposalFault: string | null;
}

/** A tensor on its way into a run. */
export interface TakenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export class WeightsImport {
  readonly opened: OpenedFile;
  private readonly file: WeightsFile;

  /** @throws WeightsError naming what is wrong with the file. */
  constructor(fileName: string, bytes: Uint8Array) {
    const file = readWeights(bytes);
    const { format, tensors, metadata, remarks } = file;
    const { proposal, fault } = propose(file);
    const classes = proposal?.model.classes ?? null;
    this.file = file;
    this.opened = {
      ...{ fileName, format, remarks, proposal, proposalFault: fault },
      fileBytes: bytes.length,
      tensors: tensors.size,
      cautions: classes === null ? [] : cautionsOf(metadata, classes),
    };
  }

  /** @throws WeightsError or ConfigError if the file's names clash or the network can't be built. */
  match(model: ModelConfig): readonly MatchRow[] {
    return matchWeights(buildGraph(model), this.file.tensors).rows;
  }

  /** Copies of the network's tensors. @throws WeightsError if not all of them are in the file. */
  take(model: ModelConfig): TakenTensor[] {
    const { state } = stateFor(buildGraph(model), this.file);
    return [...state].map(([name, { shape, data }]) => ({ name, shape, data: data.slice() }));
  }
}

function propose(file: WeightsFile): { proposal: Proposal | null; fault: string | null } {
  const config = configOf(file.metadata);
  if (config !== null) {
    return { proposal: { model: config.model, source: 'file', open: [] }, fault: null };
  }
  try {
    return { proposal: { ...inferModel(file.tensors), source: 'shapes' }, fault: null };
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    return { proposal: null, fault: error.message };
  }
}
