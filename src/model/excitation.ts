/** Squeeze-excitation (Hu, Shen & Sun 2018): each channel of a block's branch times a factor that all channels' means decide. */
import type { ModelConfig } from './config.ts';
import type { LayerNode, NodeId } from './graph.ts';
import type { ConvolutionSpec, GraphBuilder } from './graphBuilder.ts';

/** Channels between the two layers that find the factors. */
export const squeezedChannels = (channels: number, reduction: number): number =>
  Math.max(1, Math.floor(channels / reduction));

/** Whether a layer finds a block's factors: it is no layer of the branch. */
export const isExcitation = ({ name }: Pick<LayerNode, 'name'>): boolean => name.includes('.se.');

/** What a block's branch becomes. @param channels of the branch. */
export function excited(
  builder: GraphBuilder,
  block: string,
  branch: NodeId,
  { squeezeExcitation: reduction = 0 }: Pick<ModelConfig, 'squeezeExcitation'>,
): NodeId {
  if (reduction === 0) return branch;
  const { channels } = builder.shapeOf(branch);
  const squeezed = squeezedChannels(channels, reduction);
  const layer = (place: number, inChannels: number, outChannels: number): ConvolutionSpec => ({
    ...{ name: `${block}.se.fc${place}`, block, inChannels, outChannels, kernel: 1, stride: 1 },
    hasBias: true,
  });
  const [fc1, fc2] = [layer(1, channels, squeezed), layer(2, squeezed, channels)];
  for (const one of [fc1, fc2]) builder.declareConvolution(one, true);
  const means = builder.globalAveragePool(`${block}.se.pool`, branch, block);
  const inner = builder.convolution(fc1, means);
  const active = builder.activation(`${block}.se.act`, block, inner, 'relu');
  const outer = builder.convolution(fc2, active);
  const factors = builder.activation(`${block}.se.gate`, block, outer, 'sigmoid');
  const shape = builder.shapeOf(branch);
  const name = `${block}.excited`;
  return builder.add({ kind: 'channelGate', name, block, shape, input: branch, factors });
}
