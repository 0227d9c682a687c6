import { useMemo } from 'react';
import { buildGraph } from '../../model/builder.ts';
import { layerWords } from '../../model/layerWords.ts';
import { useShownRuns } from '../context.ts';

/** Names layers as the drawings do, in the paper's words: `conv2, block 4, first 3×3` for `layer1.3.conv1`. */
export function useLayerWords(): (layer: string) => string {
  const runs = useShownRuns();
  return useMemo(() => {
    const graphs = runs.map(({ config }) => buildGraph(config.model));
    return (layer) => {
      const graph = graphs.find(({ nodes }) => nodes.some(({ name }) => name === layer));
      return graph === undefined ? layer : layerWords(graph, layer);
    };
  }, [runs]);
}
