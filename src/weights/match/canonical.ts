/** From a structure to tensors by our names, and what had to be changed so that they are this network's. */
import type { FileModule, NamedTensor } from './fileModules.ts';
import type { Structure } from './structure.ts';

/** A convolution or norm under our name. */
export interface Placed {
  readonly name: string;
  readonly module: FileModule;
}

/** Every module with a place in the network, in its order. */
export function placedModules(structure: Structure): Placed[] {
  const place = (name: string, module: FileModule | null): Placed[] =>
    module === null ? [] : [{ name, module }];
  return [
    ...place('conv1', structure.stem),
    ...place('bn1', structure.stemNorm),
    ...structure.blocks.flatMap(({ name, convolutions, norms, excitation, ...side }) => [
      ...convolutions.flatMap((module, i) => place(`${name}.conv${i + 1}`, module)),
      ...norms.flatMap((module, i) => place(`${name}.bn${i + 1}`, module)),
      ...(excitation ?? []).flatMap((module, i) => place(`${name}.se.fc${i + 1}`, module)),
      ...place(`${name}.downsample.0`, side.projection),
      ...place(`${name}.downsample.1`, side.projectionNorm),
      ...place(`${name}.gate`, side.gate),
    ]),
    ...place('bn_last', structure.lastNorm),
    ...place('fc', structure.head),
  ];
}

/** Modules of the network that have no place in it. */
export const misplacedModules = (structure: Structure): FileModule[] => [
  ...structure.others,
  ...structure.blocks.flatMap(({ others }) => others),
];

/** The tensors by our names; a classifier that is a 1×1 convolution becomes a matrix. */
export function canonicalTensors(structure: Structure): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  for (const { name, module } of placedModules(structure)) {
    for (const [leaf, named] of module.tensors) {
      const { tensor } = named;
      const isMatrix = name === 'fc' && tensor.shape.length === 4;
      const isKernel = name.includes('.se.') && tensor.shape.length === 2;
      const whole = isKernel ? [...tensor.shape, 1, 1] : tensor.shape;
      const shape = isMatrix ? tensor.shape.slice(0, 2) : whole;
      tensors.set(`${name}.${leaf}`, { ...named, tensor: { ...tensor, shape } });
    }
  }
  for (const { name, scale } of structure.blocks) {
    if (scale !== null) tensors.set(`${name}.scale`, scale);
  }
  return tensors;
}
