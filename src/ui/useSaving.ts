import { useState } from 'react';
import { reasonOf } from '../data/dataError.ts';

/** Saves files; `error` says why the last one could not be saved. */
export function useSaving(): {
  readonly error: string | null;
  readonly save: (saving: () => Promise<void>) => void;
} {
  const [error, setError] = useState<string | null>(null);
  const save = (saving: () => Promise<void>) => {
    setError(null);
    saving().catch((cause: unknown) => setError(reasonOf(cause)));
  };
  return { error, save };
}
