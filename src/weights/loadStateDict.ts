/** What fits tensors of a file to a network is fetched when there is such a file. */
import { deferred } from '../chunk.ts';

/** @throws ChunkError */
export const loadStateDict = deferred(() => import('./stateDict.ts'));
