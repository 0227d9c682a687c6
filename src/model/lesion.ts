/**
 * The layer graph without some of its blocks, switched off after training (Veit, Wilber, Belongie 2016, "Residual
 * Networks Behave Like Ensembles of Relatively Shallow Networks"). Parameters and their order stay, so the trained
 * weights can be loaded unchanged.
 */
import { zerosBefore } from './block.ts';
import { type BlockInfo, inputsOf, type LayerGraph, type LayerNode, type NodeId } from './graph.ts';
import { t } from '../text/t.ts';

/**
 * What replaces a block that is switched off.
 * `shortcut`: its branch is cut; its own shortcut (identity, option A or projection) and what follows the addition stay.
 * `identity`: a block without a shortcut is removed.
 * `subsample`: the same if its shape changes: every stride-th pixel and channels of zeros, as in option A.
 * `impossible`: a block without a shortcut that has fewer channels than its input.
 */
type LesionKind = 'shortcut' | 'identity' | 'subsample' | 'impossible';

/** How `block` can be switched off. */
export function lesionKind({ shortcut, changesShape, inShape, outShape }: BlockInfo): LesionKind {
  if (shortcut !== 'none' && shortcut !== 'cut') return 'shortcut';
  if (!changesShape) return 'identity';
  return outShape.channels < inShape.channels ? 'impossible' : 'subsample';
}

/**
 * `graph` with these blocks switched off.
 * @param names of blocks, such as `layer2.0`.
 * @throws RangeError for a name that no block has, or a block that cannot be switched off.
 */
export function lesioned(graph: LayerGraph, names: readonly string[]): LayerGraph {
  const wanted = new Set(names);
  const off = graph.blocks.filter(({ name }) => wanted.has(name));
  if (off.length < wanted.size) throw new RangeError(`No such block among ${names.join(', ')}`);
  const rewiring = new Rewiring(graph);
  for (const node of graph.nodes) {
    const block = off.find(({ name }) => name === node.block);
    if (block === undefined) rewiring.keep(node);
    else rewiring.replace(node, block);
  }
  return rewiring.graph();
}

class Rewiring {
  private readonly nodes: LayerNode[] = [];
  /** The new node that gives each old node's value. */
  private readonly place = new Map<NodeId, NodeId>();
  /** The block being replaced, and the new node that feeds it. */
  private entry: { readonly block: string; readonly input: NodeId } | null = null;

  constructor(private readonly old: LayerGraph) {}

  keep(node: LayerNode): void {
    if (node.kind === 'input') this.add(node, node);
    else if (node.kind === 'add') {
      const [input, shortcut] = [this.at(node.input), this.at(node.shortcut)];
      this.add(node, { ...node, input, shortcut });
    } else if (node.kind === 'channelGate') {
      this.add(node, { ...node, input: this.at(node.input), factors: this.at(node.factors) });
    } else if (node.kind === 'gate') {
      this.add(node, { ...node, input: this.at(node.input), gate: this.at(node.gate) });
    } else this.add(node, { ...node, input: this.at(node.input) });
  }

  /** A node of a block that is switched off: the shortcut's are kept, the branch's dropped. */
  replace(node: LayerNode, block: BlockInfo): void {
    if (node.kind === 'input') throw new Error('the input belongs to no block');
    if (this.entry?.block !== block.name)
      this.entry = { block: block.name, input: this.at(node.input) };
    const kind = lesionKind(block);
    if (kind === 'impossible') {
      const { inShape, outShape } = block;
      const message = t`${block.name} can’t be switched off: it narrows from ${inShape.channels} to ${outShape.channels} channels`;
      throw new RangeError(message);
    }
    if (kind === 'shortcut') this.cutBranch(node, block);
    else if (this.isLast(node, block)) this.bypass(node, block, kind === 'subsample');
  }

  graph(): LayerGraph {
    const used = new Set(this.nodes.flatMap(namesUsed));
    const marked = <T extends { readonly name: string; readonly active: boolean }>(one: T): T => ({
      ...one,
      active: one.active && used.has(one.name),
    });
    return {
      ...this.old,
      nodes: this.nodes,
      output: this.at(this.old.output),
      parameters: this.old.parameters.map(marked),
      runningStatistics: this.old.runningStatistics.map(marked),
    };
  }

  private cutBranch(node: Exclude<LayerNode, { kind: 'input' }>, block: BlockInfo): void {
    if (node.kind === 'add') {
      this.place.set(node.id, this.at(node.shortcut));
      return;
    }
    const addition = this.old.nodes.find(
      ({ kind, block: of }) => kind === 'add' && of === block.name,
    );
    const follows = addition !== undefined && node.id > addition.id;
    if (follows || this.feedsShortcut(node, addition)) this.keep(node);
  }

  /** Whether the addition's shortcut goes through `node`, a node of its block. */
  private feedsShortcut(node: LayerNode, addition: LayerNode | undefined): boolean {
    const feeds = (id: NodeId): boolean => {
      const at = this.old.nodes[id];
      if (at === undefined || at.block !== addition?.block) return false;
      return at.id === node.id || inputsOf(at).some(feeds);
    };
    return addition?.kind === 'add' && feeds(addition.shortcut);
  }

  private isLast(node: LayerNode, block: BlockInfo): boolean {
    return this.old.nodes.findLast(({ block: of }) => of === block.name)?.id === node.id;
  }

  private bypass(node: LayerNode, { name, inShape, outShape }: BlockInfo, subsamples: boolean) {
    const input = this.entry?.input ?? 0;
    if (!subsamples) {
      this.place.set(node.id, input);
      return;
    }
    this.add(node, {
      kind: 'subsamplePad',
      id: 0,
      name: `${name}.shortcut`,
      block: name,
      shape: outShape,
      input,
      stride: Math.ceil(inShape.height / outShape.height),
      padBefore: zerosBefore(this.old.model, outShape.channels - inShape.channels),
    });
  }

  private add(from: LayerNode, node: LayerNode): void {
    const id = this.nodes.length;
    this.nodes.push({ ...node, id });
    this.place.set(from.id, id);
  }

  private at(id: NodeId): NodeId {
    const place = this.place.get(id);
    if (place === undefined) throw new Error(`node ${id} was dropped but is read`);
    return place;
  }
}

function namesUsed(node: LayerNode): string[] {
  switch (node.kind) {
    case 'conv':
      return node.bias === null ? [node.weight] : [node.weight, node.bias];
    case 'linear':
    case 'groupNorm':
      return [node.weight, node.bias];
    case 'scale':
      return node.weight === null ? [] : [node.weight];
    case 'batchNorm':
      return [node.weight, node.bias, node.runningMean, node.runningVar];
    default:
      return [];
  }
}
