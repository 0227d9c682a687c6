/** Finds the networks in a file: every dictionary, and every prefix within one, that holds a ResNet's tensors. */
import type { StoredTensor, TensorGroup, WeightsFile } from '../read/weightsFile.ts';
import { WeightsError } from '../weightsError.ts';
import { channelsFirst } from './channelsLast.ts';
import { BY_ORDER, DIALECT_NAMES, DIALECTS, type Dialect } from './dialects.ts';
import { type FileModule, modulesOf, type NamedTensor, plainNames } from './fileModules.ts';
import { groupByName, groupByOrder } from './groupBlocks.ts';
import { reparametrized } from './reparametrize.ts';
import { readStructure, type Structure } from './structure.ts';
import { isUnnamed, namesByOrder } from './unnamed.ts';
import { t } from '../../text/t.ts';

export interface FoundNetwork {
  /** Where it is in the file, `model_ema`; empty if that is all there is. */
  readonly label: string;
  readonly group: TensorGroup;
  /** What comes before the network's own names, `model.`; empty for none. */
  readonly prefix: string;
  readonly structure: Structure;
  /** Modules beside the network, and how they are called. */
  readonly outside: readonly FileModule[];
  /** What was done to the tensors on the way, one sentence each. */
  readonly repairs: readonly string[];
}

/** Averages and second networks, which are offered after the network itself. */
const SECOND = /ema|avg|averag|shadow|swa|teacher|momentum|target|(^|[._])k([._]|$)|attacker|best/i;
/** Names of weights in our own checkpoints. */
const OWN_CHECKPOINT = /^\d+\/weights\//;
/** Convolutions that a network has at least. */
const MIN_CONVOLUTIONS = 2;

interface Found {
  readonly networks: readonly FoundNetwork[];
  readonly reason: string | null;
}

/** A file is looked through once, however often its questions are answered. */
const known = new WeakMap<WeightsFile, Found>();

/** @returns the networks, the likeliest first; or why there is none. */
export function findNetworks(file: WeightsFile): Found {
  const found = known.get(file) ?? searchNetworks(file);
  known.set(file, found);
  return found;
}

function searchNetworks(file: WeightsFile): Found {
  const networks: FoundNetwork[] = [];
  let reason: string | null = null;
  for (const group of file.groups) {
    const found = networksIn(group);
    networks.push(...found.networks);
    reason ??= found.reason;
  }
  const distinct = networks.filter(
    (network, i) => !networks.slice(0, i).some((other) => isSame(network, other)),
  );
  const ranked = distinct.toSorted((a, b) => rank(a) - rank(b));
  return { networks: labelled(ranked), reason: networks.length > 0 ? null : reason };
}

const rank = ({ group, prefix }: FoundNetwork): number =>
  SECOND.test(`${group.path}.${prefix}`) ? 1 : 0;

/** One network alone needs no label. */
const labelled = (networks: readonly FoundNetwork[]): FoundNetwork[] =>
  networks.map((network) => ({ ...network, label: networks.length === 1 ? '' : network.label }));

function networksIn(group: TensorGroup): { networks: FoundNetwork[]; reason: string } {
  if ([...group.tensors.keys()].some((name) => OWN_CHECKPOINT.test(name))) {
    const reason = t`this is a checkpoint of training on this page: open it under Checkpoint`;
    return { networks: [], reason };
  }
  const plain = plainNames(group.tensors);
  const named = isUnnamed(plain.keys()) ? namesByOrder(plain) : plain;
  const whole = reparametrized(named);
  const { tensors, repairs } = channelsFirst(whole.tensors);
  const done = [...whole.repairs, ...repairs];
  let reason: string | null = null;
  for (const dialect of DIALECTS) {
    const networks: FoundNetwork[] = [];
    for (const prefix of prefixesOf(dialect, tensors)) {
      const { own, outside } = split(tensors, prefix, prefixesOf(dialect, tensors));
      try {
        const { blocks, around } = groupByName(dialect, own);
        const structure = readStructure(dialect, blocks, around, outside);
        const label = [group.path, prefix.replace(/\.$/, '')]
          .filter((part) => part !== '')
          .join(': ');
        networks.push({ label, group, prefix, structure, outside, repairs: done });
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error;
        reason ??= error.message;
      }
    }
    if (networks.length > 0) return { networks, reason: '' };
    // Names that fit a pattern say best why they cannot be built.
    if (reason !== null) return { networks, reason };
  }
  return byOrder(group, tensors, done);
}

function byOrder(
  group: TensorGroup,
  tensors: ReadonlyMap<string, NamedTensor>,
  repairs: readonly string[],
): { networks: FoundNetwork[]; reason: string } {
  try {
    const { blocks, around } = groupByOrder(modulesOf(tensors));
    const structure = readStructure({ name: BY_ORDER }, blocks, around, []);
    const stages = new Map<number, number>();
    for (const { stage } of blocks) stages.set(stage, (stages.get(stage) ?? 0) + 1);
    const depths = [...stages.values()].join(', ');
    const guesses = [
      ...structure.guesses,
      t`The names are of no known implementation. By order and shape these are ${blocks.length} blocks in stages of ${depths}`,
    ];
    const network = { ...{ label: group.path, group, prefix: '', outside: [], repairs } };
    return { networks: [{ ...network, structure: { ...structure, guesses } }], reason: '' };
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    const some = [...group.tensors.keys()].slice(0, 4).join(', ');
    return {
      networks: [],
      reason: t`these are not the tensors of a ResNet that this page knows (the file begins with ${some}). By order and shape: ${error.message}. Known names: ${DIALECT_NAMES.join('; ')}`,
    };
  }
}

/** What comes before the names of blocks, wherever enough convolutions follow. */
function prefixesOf(dialect: Dialect, tensors: ReadonlyMap<string, NamedTensor>): string[] {
  const convolutions = new Map<string, number>();
  for (const [name, { tensor }] of tensors) {
    if (tensor.shape.length !== 4) continue;
    const match = dialect.block.exec(name);
    if (match === null) continue;
    const start = match.index + (name[match.index] === '.' ? 1 : 0);
    const prefix = match.index === 0 && name[0] !== '.' ? '' : name.slice(0, start);
    convolutions.set(prefix, (convolutions.get(prefix) ?? 0) + 1);
  }
  return [...convolutions].filter(([, n]) => n >= MIN_CONVOLUTIONS).map(([prefix]) => prefix);
}

/** A network's modules, without its prefix; and those that belong to no network. */
function split(
  tensors: ReadonlyMap<string, NamedTensor>,
  prefix: string,
  prefixes: readonly string[],
): { own: FileModule[]; outside: FileModule[] } {
  const own: [string, NamedTensor][] = [];
  const outside: [string, NamedTensor][] = [];
  const others = prefixes.filter((other) => other !== prefix && other.length > prefix.length);
  for (const [name, tensor] of tensors) {
    const isOthers = others.some((other) => name.startsWith(other));
    if (isOthers) continue;
    if (name.startsWith(prefix)) own.push([name.slice(prefix.length), tensor]);
    else if (!prefixes.some((other) => other !== '' && name.startsWith(other)))
      outside.push([name, tensor]);
  }
  return { own: modulesOf(own), outside: modulesOf(outside) };
}

/** Whether two networks are the same, number for number. */
function isSame(a: FoundNetwork, b: FoundNetwork): boolean {
  const [first, second] = [tensorsOf(a), tensorsOf(b)];
  return (
    first.size === second.size &&
    [...first].every(([name, tensor]) => {
      const other = second.get(name);
      return other !== undefined && hasSameNumbers(tensor, other);
    })
  );
}

function tensorsOf({ structure }: FoundNetwork): Map<string, StoredTensor> {
  const modules = [structure.stem, structure.head, ...structure.blocks.flatMap(partsOf)];
  return new Map(
    modules.flatMap(({ path, tensors }, i) =>
      [...tensors].map(([leaf, { tensor }]) => [`${i} ${path}.${leaf}`, tensor] as const),
    ),
  );
}

const partsOf = ({ convolutions, norms }: Structure['blocks'][number]): FileModule[] => [
  ...convolutions,
  ...norms,
];

const hasSameNumbers = (a: StoredTensor, b: StoredTensor): boolean =>
  a.data.length === b.data.length && a.data.every((value, i) => Object.is(value, b.data[i]));
