/** Errors that mean "this config can't be trained here", as opposed to those that end training. */
import { EngineError } from '../engine/errors.ts';
import { ConfigError } from '../model/errors.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { RunId } from './runIdentity.ts';

export type Refused = Extract<TrainingEvent, { type: 'refused' }>;

const OF_CONFIG = ['too-large', 'out-of-memory', 'unsupported'];

/**
 * What `work` gives, or null once the page has been told why the config was refused.
 * @throws every error that is not a refusal.
 */
export async function refusing<T>(
  emit: (event: Refused) => void,
  id: RunId | null,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) {
      const [{ field, message }] = error.issues;
      emit({ type: 'refused', id, field, message });
      return null;
    }
    if (!(error instanceof EngineError) || !OF_CONFIG.includes(error.code)) throw error;
    const field = error.field ?? 'training.batchSize';
    emit({ type: 'refused', id, field, message: error.message });
    return null;
  }
}
