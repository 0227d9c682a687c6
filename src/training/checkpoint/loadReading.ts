/** What reads checkpoints, schemas included, is fetched when there is one: a first visit has none. */
import { deferred } from '../../chunk.ts';

/** @throws ChunkError */
export const loadReading = deferred(() => import('./reading.ts'));
