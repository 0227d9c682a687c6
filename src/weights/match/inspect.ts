/**
 * Everything that is found out about a weights file: which network it holds, what that network is, how its tensors fit,
 * and what keeps it from being used. The page's import and `headless inspect` and `eval` tell the same.
 */
import { normalizationOf as dataNormalization } from '../../data/normalization.ts';
import { buildGraph } from '../../model/builder.ts';
import type { ModelConfig, RunConfig } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { parseRunConfig } from '../../model/parse.ts';
import type { TensorGroup, WeightsFile } from '../read/weightsFile.ts';
import { WeightsError } from '../weightsError.ts';
import { canonicalTensors, placedModules } from './canonical.ts';
import { cautionsOf, configOf } from './describeFile.ts';
import { plainNames } from './fileModules.ts';
import { inferModel } from './inferModel.ts';
import { type Leftover, leftoversOf } from './leftovers.ts';
import { faultLines, type MatchRow, matchWeights, type OfferedTensor } from './matchWeights.ts';
import { findNetworks, type FoundNetwork } from './networks.ts';
import { type FileNormalization, normalizationOf } from './normalization.ts';
import { type OpenQuestion, openQuestions } from './openQuestions.ts';
import { repair } from './repairs.ts';
import { t } from '../../text/t.ts';

/** What is known beyond the file. */
export interface Answers {
  /** Fields of the run config, `model.paddingA`, and `weights`: the label of the network that is meant. */
  readonly settings: ReadonlyMap<string, unknown>;
  /** Names of tensors to leave out, whatever they do; a name also stands for what is under it, and `*` for anything. */
  readonly ignore: readonly string[];
  /** The network that the tensors are meant for; null: the file's own. */
  readonly config: RunConfig | null;
}

export const NO_ANSWERS: Answers = { settings: new Map(), ignore: [], config: null };

export interface Inspection {
  readonly format: string;
  /** Tensors in the dictionary that the network is in. */
  readonly tensors: number;
  /** With data's normalisation; null if no network that can be built here has such tensors, and `reason` says why. */
  readonly config: RunConfig | null;
  readonly reason: string | null;
  /** Whose names these are; null if `config` was read from the file or given, or there is none. */
  readonly dialect: string | null;
  /** Whether the file itself says which network it holds. */
  readonly isConfigInFile: boolean;
  readonly open: readonly OpenQuestion[];
  /** The networks in the file by label, where there are several. */
  readonly networks: readonly string[];
  readonly rows: readonly MatchRow[];
  readonly unused: readonly Leftover[];
  readonly repairs: readonly string[];
  readonly normalization: FileNormalization;
  /** Why the network cannot be used as it is; null if it can. */
  readonly blocked: string | null;
  /** Null if blocked. */
  readonly state: StateDict | null;
  readonly remarks: readonly string[];
  readonly cautions: readonly string[];
}

/** @throws WeightsError or ConfigError for an answer that is none. */
export function inspect(file: WeightsFile, answers: Answers = NO_ANSWERS): Inspection {
  const { networks, reason } = findNetworks(file);
  const wanted = answers.settings.get('weights');
  const network = chosen(networks, wanted);
  const group = network?.group ?? file.groups[0];
  const normalization = normalizationOf(file.metadata, group.tensors);
  const facts = {
    ...{ format: file.format, tensors: group.tensors.size, normalization },
    networks: networks.length > 1 ? networks.map(({ label }) => label) : [],
    remarks: [...group.remarks, ...(network?.structure.guesses.map((guess) => t`${guess}.`) ?? [])],
  };
  const own = answers.config ?? configOf(file.metadata);
  const named =
    own === null ? null : plainMatch(withSettings(own, answers, normalization), group, answers);
  if (named !== null) {
    const isInFile = answers.config === null;
    return {
      ...{
        ...facts,
        ...named,
        reason: null,
        dialect: null,
        isConfigInFile: isInFile,
        open: weightsQuestion(networks, network),
      },
      cautions: cautions(file, named.config, normalization),
    };
  }
  if (network === null) {
    const why = reason ?? t`the file holds no network`;
    return { ...{ ...facts, ...NOTHING, reason: why, blocked: why } };
  }
  return found(file, network, networks, answers, own, facts);
}

function cautions(
  { metadata }: WeightsFile,
  { model, data }: RunConfig,
  normalization: FileNormalization,
): string[] {
  const told = normalization.source === 'file' ? normalization : null;
  return cautionsOf(metadata, model.classes, told, dataNormalization(data));
}

const NOTHING = {
  ...{ config: null, dialect: null, isConfigInFile: false, state: null },
  ...{ open: [], rows: [], unused: [], repairs: [], cautions: [] },
};

/** Where names and shapes are ours already, nothing is to be found out. */
function plainMatch(config: RunConfig, group: TensorGroup, answers: Answers) {
  const offered = new Map([...plainNames(group.tensors)]);
  const graph = buildGraph(config.model);
  const { rows, state } = matchWeights(graph, offered, [], ignoring(answers));
  if (state === null) return null;
  const unused: Leftover[] = [...offered]
    .filter(([name]) => name.endsWith('.num_batches_tracked'))
    .map(([name, { tensor }]) => ({
      ...{ name, shape: tensor.shape, effect: 'none' },
      why: t`BatchNorm’s count of batches`,
    }));
  return { config, rows, state, unused, repairs: [], blocked: null };
}

function found(
  file: WeightsFile,
  network: FoundNetwork,
  networks: readonly FoundNetwork[],
  answers: Answers,
  own: RunConfig | null,
  facts: Pick<Inspection, 'format' | 'tensors' | 'normalization' | 'networks' | 'remarks'>,
): Inspection {
  const { structure } = network;
  const { normalization } = facts;
  const told = toldByModules(network);
  let base: RunConfig;
  try {
    base = own ?? parseRunConfig({ version: 1, model: { ...inferModel(structure), ...told } });
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    return { ...facts, ...NOTHING, reason: error.message, blocked: error.message };
  }
  const config = withSettings(base, answers, normalization, own === null);
  const graph = buildGraph(config.model);
  const offered = canonicalTensors(structure);
  const repairs = [...network.repairs, ...repair(offered, structure, config.model)];
  const leftovers = leftoversOf(network, normalization.source === 'file');
  const isIgnored = ignoring(answers);
  const { rows, state } = matchWeights(graph, offered, leftovers, isIgnored);
  const doubt = doubtOf(network, answers);
  const lines = [...(doubt === null ? [] : [doubt]), ...faultLines(rows)];
  const known = new Set(Object.keys(told));
  const isTold = own !== null;
  return {
    ...{ ...facts, config, reason: null, isConfigInFile: isTold && answers.config === null },
    dialect: structure.dialect,
    open: [
      ...weightsQuestion(networks, network),
      ...(isTold ? [] : openQuestions(config.model, structure, normalization, known)),
    ],
    ...{ rows, repairs, unused: unusedOf(rows, leftovers, offered, graph) },
    blocked: lines.length === 0 ? null : lines.join('\n'),
    state: doubt === null ? state : null,
    cautions: cautions(file, config, normalization),
  };
}

/** Convolutions without BatchNorm and without biases: a norm without parameters may lie between them. */
function doubtOf({ structure }: FoundNetwork, { settings, config }: Answers): string | null {
  const isBare =
    structure.order === null &&
    placedModules(structure).every(
      ({ name, module }) => name === 'fc' || !module.tensors.has('bias'),
    );
  if (!isBare || settings.has('model.normalization') || config !== null) return null;
  return t`its convolutions have neither BatchNorm nor biases, like those of nets whose normalisation has no parameters (InstanceNorm, affine=False). With model.normalization=none it is read as a net without normalisation`;
}

function unusedOf(
  rows: readonly MatchRow[],
  leftovers: readonly Leftover[],
  offered: ReadonlyMap<string, OfferedTensor>,
  graph: LayerGraph,
): Leftover[] {
  const listed = new Set(leftovers.map(({ name }) => name));
  const names = new Set([...graph.parameters, ...graph.runningStatistics].map(({ name }) => name));
  const others = rows
    .filter(({ shape, fileName }) => shape === null && fileName !== null && !listed.has(fileName))
    .map(
      ({ fileName, fileShape, why }): Leftover => ({
        ...{ name: fileName ?? '', shape: fileShape ?? [], effect: 'changes the function', why },
      }),
    );
  return [...leftovers, ...others.filter(({ name }) => !names.has(name) || !offered.has(name))];
}

function chosen(networks: readonly FoundNetwork[], wanted: unknown): FoundNetwork | null {
  const [first = null] = networks;
  if (wanted === undefined) return first;
  const found = networks.find(({ label }) => label === wanted);
  if (found !== undefined) return found;
  const labels = networks.map(({ label }) => label).join(', ');
  throw new WeightsError(
    networks.length > 1
      ? t`weights=${String(wanted)}: the file holds ${labels}`
      : t`weights=${String(wanted)}: the file holds only one network`,
  );
}

function weightsQuestion(
  networks: readonly FoundNetwork[],
  network: FoundNetwork | null,
): OpenQuestion[] {
  if (networks.length < 2 || network === null) return [];
  const labels = networks.map(({ label }) => t`“${label}”`).join(', ');
  const why = t`The file holds ${networks.length} networks: ${labels}.`;
  return [{ field: 'weights', assumed: network.label, why }];
}

/** What a file of whole modules says beyond its tensors. */
function toldByModules({ group, structure, prefix }: FoundNetwork): Partial<ModelConfig> {
  const { modules } = group;
  if (modules.size === 0) return {};
  const factsAt = (path: string) => modules.get(prefix + path) ?? null;
  const epses = new Set([...modules.values()].flatMap(({ eps }) => (eps === null ? [] : [eps])));
  const [eps] = epses;
  const strided = structure.blocks.find(({ stage, index }) => stage > 1 && index === 0);
  const firstPath = strided?.convolutions[0]?.tensors
    .get('weight')
    ?.fileName.replace(/\.weight$/, '');
  const stride =
    firstPath === undefined ? null : (modules.get(firstPath) ?? factsAt(firstPath))?.stride;
  const isBottleneck = structure.block === 'bottleneck';
  return {
    ...(epses.size === 1 && eps !== undefined ? { batchNormEps: eps } : {}),
    ...(isBottleneck && typeof stride === 'number'
      ? { bottleneckStride: stride === 2 ? '1x1' : '3x3' }
      : {}),
  };
}

/**
 * @param config as it was given, read from the file or inferred.
 * @throws ConfigError naming a field that does not exist or a value that it cannot have.
 */
function withSettings(
  config: RunConfig,
  { settings, config: given }: Answers,
  normalization: FileNormalization,
  isInferred = false,
): RunConfig {
  const { mean, std, source } = normalization;
  const isTold = given === null && (source === 'file' || isInferred);
  const told = isTold ? { mean: [...mean], std: [...std], normalizationSource: source } : {};
  const value: Record<string, Record<string, unknown>> = {
    model: { ...config.model },
    training: { ...config.training },
    data: { ...config.data, ...told },
  };
  for (const [field, setting] of settings) {
    if (field === 'weights') continue;
    const [section = '', name = '', ...rest] = field.split('.');
    const target = Object.hasOwn(value, section) ? value[section] : undefined;
    if (target === undefined || name === '' || rest.length > 0) {
      throw new WeightsError(t`${field}: there is no such field`);
    }
    target[name] = setting;
    if (section === 'data') target.normalizationSource = undefined;
  }
  return parseRunConfig({ version: 1, ...value });
}

/** Whether a name is one of those to be left out. */
function ignoring({ ignore }: Answers): (name: string) => boolean {
  const patterns = ignore.map((name) => {
    const escaped = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
    return new RegExp(`^${escaped}(\\..*)?$`);
  });
  return (name) => patterns.some((pattern) => pattern.test(name));
}
