/** A net with what a test makes of chance. */
import { buildGraph } from './builder.ts';
import type { ModelConfig } from './config.ts';
import type { LayerGraph } from './graph.ts';

/**
 * The graph without dropout, every branch times the share of steps in which it is there: it draws nothing, and training
 * nets that differ in their dropout alone have the same one.
 * @throws ConfigError where the network can't be built.
 */
export function expectedGraph(model: ModelConfig): LayerGraph {
  const graph = buildGraph({ ...model, dropout: 0, shortcutDropout: 0 });
  const nodes = graph.nodes.map((node) =>
    node.kind === 'scale' ? { ...node, factor: node.factor * node.survival, survival: 1 } : node,
  );
  return { ...graph, nodes };
}
