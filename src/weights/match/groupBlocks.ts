/** Groups a network's modules by block: by a dialect's pattern, else by order and shape. */
import type { Dialect } from './dialects.ts';
import { type FileModule, isSorted, naturalOrder } from './fileModules.ts';
import { fault, type GroupedBlock, isConvolution } from './structure.ts';
import { t } from '../../text/t.ts';

export interface Grouped {
  readonly blocks: readonly GroupedBlock[];
  /** Modules that belong to no block. */
  readonly around: readonly FileModule[];
}

/** @throws WeightsError naming a stage or block that is missing. */
export function groupByName(dialect: Dialect, modules: readonly FileModule[]): Grouped {
  const around: FileModule[] = [];
  const found = new Map<string, { stage: number; index: number; modules: FileModule[] }>();
  for (const module of modules) {
    // With an end, for tensors of the block itself, which have no path within it.
    const [, stage, index, inner] =
      dialect.block.exec(`${module.path}.`) ?? dialect.block.exec(`${module.path}..`) ?? [];
    if (stage === undefined || index === undefined || inner === undefined) {
      around.push(module);
      continue;
    }
    const key = `${stage} ${index}`;
    const block = found.get(key) ?? { stage: Number(stage), index: Number(index), modules: [] };
    block.modules.push({ ...module, path: inner.replace(/\.+$/, '') });
    found.set(key, block);
  }
  const sorted = [...found.values()].sort((a, b) => a.stage - b.stage || a.index - b.index);
  return { blocks: renumbered(dialect, sorted), around };
}

/** Stages from 1, blocks from 0. */
function renumbered(dialect: Dialect, blocks: readonly GroupedBlock[]): GroupedBlock[] {
  const stages = [...new Set(blocks.map(({ stage }) => stage))];
  const firstStage = dialect.first?.stage ?? stages[0] ?? 0;
  return blocks.map((block) => {
    const stage = stages.indexOf(block.stage) + 1;
    const own = blocks.filter((other) => other.stage === block.stage);
    const firstBlock = dialect.first?.block ?? own[0]?.index ?? 0;
    const index = own.indexOf(block);
    if (block.stage - firstStage + 1 !== stage) {
      fault(t`there is a layer${block.stage - firstStage + 1}, but no layer${stage}`);
    }
    if (block.index - firstBlock !== index) {
      fault(
        t`layer${stage}.${index} is missing, and layer${stage}.${block.index - firstBlock} is there`,
      );
    }
    return { ...block, stage, index };
  });
}

/**
 * By order and shape: after the stem, two 3×3 convolutions or a bottleneck's three make a block, and a 1×1 that leads from
 * its input to its output is its projection. A block that changes the channels begins a stage.
 * @throws WeightsError if the convolutions do not follow each other like that.
 */
export function groupByOrder(given: readonly FileModule[]): Grouped {
  const isAlphabetic = isSorted(given.map(({ path }) => path));
  const modules = isAlphabetic ? given.toSorted((a, b) => naturalOrder(a.path, b.path)) : given;
  const convolutions = modules.filter(isConvolution).filter(({ shape }) => shape[2] !== undefined);
  const stemAt = convolutions.findIndex(({ shape }) => shape[1] === 3);
  if (stemAt < 0) return fault(t`no convolution takes 3 channels`);
  const starts: Start[] = [];
  let channels = convolutions[stemAt]?.shape[0] ?? 0;
  for (let at = stemAt + 1; at < convolutions.length; ) {
    const length = chainLength(convolutions.slice(at), channels);
    if (length === null) {
      const odd = convolutions[at];
      // A classifier may be a 1×1 convolution.
      if (at === convolutions.length - 1 && odd?.shape[2] === 1) break;
      return fault(
        t`${odd?.path ?? ''}.weight [${odd?.shape.join(', ') ?? ''}] does not continue ${starts.length} blocks of a ResNet`,
      );
    }
    const own = convolutions.slice(at, at + length.modules);
    const [first] = own;
    if (first === undefined) break;
    starts.push({
      first,
      width: own.find(({ shape }) => shape[2] === 3)?.shape[0] ?? 0,
      isProjected: length.isProjected,
    });
    channels = length.out;
    at += length.modules;
  }
  if (starts.length === 0) return fault(t`there are no blocks`);
  return cut(modules, starts);
}

/** How many convolutions from the first on make a block that takes `channels`, and how many channels it gives. */
function chainLength(
  rest: readonly FileModule[],
  channels: number,
): { readonly modules: number; readonly out: number; readonly isProjected: boolean } | null {
  const is = (at: number, kernel: number, inner: number, out: number | null): boolean => {
    const [o, i, height] = rest[at]?.shape ?? [];
    return height === kernel && i === inner && (out === null || o === out);
  };
  for (const lead of [0, 1]) {
    const width = rest[lead]?.shape[0] ?? 0;
    for (const wide of [false, true]) {
      const out = wide ? width * 4 : width;
      const isChain = wide
        ? is(lead, 1, channels, null) &&
          is(lead + 1, 3, width, width) &&
          is(lead + 2, 1, width, out)
        : is(lead, 3, channels, null) && is(lead + 1, 3, width, width);
      if (!isChain || (lead === 1 && !is(0, 1, channels, out))) continue;
      const end = lead + (wide ? 3 : 2);
      // Behind the last convolution, a 1×1 is a projection if it does not begin a bottleneck.
      const isProjection =
        lead === 0 && is(end, 1, channels, out) && !(wide && is(end + 1, 3, out, out));
      return {
        modules: end + (isProjection ? 1 : 0),
        out,
        isProjected: isProjection || lead === 1,
      };
    }
  }
  return null;
}

interface Start {
  /** The block's first convolution. */
  readonly first: FileModule;
  readonly width: number;
  readonly isProjected: boolean;
}

/** Behind its convolution a norm belongs to that block; ahead of it, where projections have none, to the next. */
function cut(modules: readonly FileModule[], starts: readonly Start[]): Grouped {
  const norms = modules.filter(({ kind }) => kind === 'norm').length;
  const convolutions = modules.filter(isConvolution).length;
  const isAhead = norms < convolutions && starts.some(({ isProjected }) => isProjected);
  const places = starts.map(({ first }) => {
    const at = modules.indexOf(first);
    return isAhead && modules[at - 1]?.kind === 'norm' ? at - 1 : at;
  });
  const headAt = modules.findLastIndex(({ kind }) => kind === 'linear');
  const tail = headAt > (places.at(-1) ?? 0) ? headAt : modules.length;
  // The last norm of a pre-activation net.
  const end = isAhead && modules[tail - 1]?.kind === 'norm' ? tail - 1 : tail;
  const isEachProjected = starts.every(({ isProjected }) => isProjected);
  const blocks: GroupedBlock[] = [];
  let [stage, index, width] = [1, 0, starts[0]?.width ?? 0];
  for (const [i, start] of starts.entries()) {
    const isStage = start.width !== width || (i > 0 && start.isProjected && !isEachProjected);
    if (isStage) {
      stage++;
      index = 0;
      width = start.width;
    }
    blocks.push({ stage, index, modules: modules.slice(places[i], places[i + 1] ?? end) });
    index++;
  }
  return { blocks, around: [...modules.slice(0, places[0]), ...modules.slice(end)] };
}
