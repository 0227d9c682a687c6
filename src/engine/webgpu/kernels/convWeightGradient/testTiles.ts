import type { ConvShape } from '../convForward/shape.ts';
import type { AdapterTraits } from '../traits.ts';
import type { ConvWeightGradientTile } from './convWeightGradient.ts';
import { convWeightGradientTiles } from './tiles.ts';

/** The candidates that software adapters compile within seconds; `tiled.test.ts` tests the others with smaller tiles. */
export const testableTiles = (shape: ConvShape, traits: AdapterTraits): ConvWeightGradientTile[] =>
  convWeightGradientTiles(shape, traits).filter(({ lanesAre }) => lanesAre !== 'tiles');
