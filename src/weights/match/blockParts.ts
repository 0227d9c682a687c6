/** What the modules of one residual block are: its branch, its projection, and what else there is. */
import { type FileModule, type NamedTensor, naturalOrder } from './fileModules.ts';
import { t } from '../../text/t.ts';

export interface BlockParts {
  /** Of the branch, in order. */
  readonly convolutions: readonly FileModule[];
  readonly norms: readonly FileModule[];
  readonly projection: FileModule | null;
  readonly projectionNorm: FileModule | null;
  /** What the branch is multiplied by: the block's own tensor `scale`. */
  readonly scale: NamedTensor | null;
  /** Squeeze-excitation's layers, `se.fc1` and `se.fc2`. */
  readonly excitation: readonly [FileModule, FileModule] | null;
  /** What the shortcut's gate is computed by: a 1×1 convolution named `gate`. */
  readonly gate: FileModule | null;
  /** Modules that are none of these. */
  readonly others: readonly FileModule[];
  /** What was told by order or shape alone, one sentence each. */
  readonly guesses: readonly string[];
}

const SHORTCUT = /down|short|skip|proj|ident|match|(^|[._])(conv_?|bn_?)?sc([._]|$)/i;
/** Modules that look like a branch's, and are beside it. */
const BESIDE =
  /(^|[._])(se|squeeze\w*|excit\w*|se_?(layer|block|module)|attn\w*|attention\w*|cbam|bam|eca|ca|sa|gate\w*|gct|ge)([._]|$)/i;

/** @param modules of one block, in the file's order, with paths within the block. */
export function blockParts(given: readonly FileModule[], label: string): BlockParts {
  const { scale, modules: unscaled } = takeScale(given);
  const { excitation, modules: unexcited } = takeExcitation(unscaled);
  const gate =
    unexcited.find((one) => one.path === 'gate' && one.kind === 'conv' && kernelOf(one) === 1) ??
    null;
  const modules = unexcited.filter((module) => module !== gate);
  const beside = modules.filter(({ path, kind }) => kind === 'other' || BESIDE.test(path));
  const rest = modules.filter((module) => !beside.includes(module));
  const isShortcut = ({ path }: FileModule) => SHORTCUT.test(path);
  const of = (kind: FileModule['kind'], list: readonly FileModule[]) =>
    inOrder(list.filter((module) => module.kind === kind));
  const main = rest.filter((module) => !isShortcut(module));
  const guesses: string[] = [];
  let [convolutions, norms] = [of('conv', main), of('norm', main)];
  const side = rest.filter(isShortcut);
  let [projection = null, ...moreConvolutions] = of('conv', side);
  let [projectionNorm = null, ...moreNorms] = of('norm', side);
  if (projection === null) {
    const unnamed = unnamedProjection(convolutions);
    if (unnamed !== null) {
      projection = unnamed;
      convolutions = convolutions.filter((module) => module !== unnamed);
      guesses.push(
        t`${label}: ${unnamed.path}, a 1×1 convolution beside the branch, is taken as its projection`,
      );
    }
  }
  const surplus = norms.length > convolutions.length ? normOf(projection, norms, main) : null;
  if (projection !== null && projectionNorm === null && surplus !== null) {
    projectionNorm = surplus;
    norms = norms.filter((module) => module !== surplus);
  }
  const others = [...beside, ...of('linear', rest), ...moreConvolutions, ...moreNorms];
  [convolutions, moreConvolutions] = split(convolutions, branchLength(convolutions));
  [norms, moreNorms] = split(norms, convolutions.length);
  return {
    ...{ convolutions, norms, projection, projectionNorm, scale, excitation, gate, guesses },
    others: [...others, ...moreConvolutions, ...moreNorms],
  };
}

/** The scale among the tensors of the block itself, and the modules without it. */
function takeScale(modules: readonly FileModule[]) {
  const own = modules.find(({ path }) => path === '');
  const scale = own?.tensors.get('scale') ?? null;
  if (own === undefined || scale?.tensor.shape.length !== 1) return { scale: null, modules };
  const tensors = new Map([...own.tensors].filter(([leaf]) => leaf !== 'scale'));
  const rest = tensors.size === 0 ? [] : [{ ...own, tensors }];
  return { scale, modules: modules.flatMap((module) => (module === own ? rest : [module])) };
}

/** As timm and torchvision call its layers; linear ones are the same. */
function takeExcitation(modules: readonly FileModule[]) {
  const at = (wanted: string) =>
    modules.find(({ path, kind }) => path === wanted && (kind === 'conv' || kind === 'linear'));
  const [fc1, fc2] = [at('se.fc1'), at('se.fc2')];
  if (fc1 === undefined || fc2 === undefined) return { excitation: null, modules };
  const rest = modules.filter((module) => module !== fc1 && module !== fc2);
  return { excitation: [fc1, fc2] as const, modules: rest };
}

const split = (list: readonly FileModule[], at: number): [FileModule[], FileModule[]] => [
  list.slice(0, at),
  list.slice(at),
];

/** In the order of their numbers if their names differ in nothing else; else in the file's. */
function inOrder(modules: readonly FileModule[]): FileModule[] {
  const skeletons = new Set(modules.map(({ path }) => path.replace(/\d+/g, '#')));
  if (skeletons.size > 1) return [...modules];
  return modules.toSorted((a, b) => naturalOrder(a.path, b.path));
}

const kernelOf = ({ shape }: FileModule): number => shape[2] ?? 0;

/** Three for 1×1, 3×3, 1×1, else two. */
const branchLength = (convolutions: readonly FileModule[]): number =>
  convolutions.slice(0, 3).map(kernelOf).join() === '1,3,1' ? 3 : 2;

/** The 1×1 convolution too many: first or last, whether basic block or bottleneck. */
function unnamedProjection(convolutions: readonly FileModule[]): FileModule | null {
  const [first = null] = convolutions;
  const last = convolutions.at(-1) ?? null;
  switch (convolutions.map(kernelOf).join()) {
    case '3,3,1':
    case '1,3,1,1':
      return last;
    case '1,3,3':
    case '1,1,3,1':
      return first;
    default:
      return null;
  }
}

/** The norm that follows the projection in the file. */
function normOf(
  projection: FileModule | null,
  norms: readonly FileModule[],
  all: readonly FileModule[],
): FileModule | null {
  if (projection === null) return null;
  const next = all.slice(all.indexOf(projection) + 1).find((module) => norms.includes(module));
  return next ?? norms.at(-1) ?? null;
}
