/** The import worker's calls. It keeps the file that was opened last. */
import { ConfigError } from '../../model/errors.ts';
import type { Answers } from '../match/inspect.ts';
import { MAX_FILE_BYTES } from '../read/limits.ts';
import { tooLarge } from '../read/readWeights.ts';
import { WeightsError } from '../weightsError.ts';
import { WeightsImport } from './weightsImport.ts';
import { t } from '../../text/t.ts';

export type ImportApi = ReturnType<typeof importService>;

export function importService() {
  let current: WeightsImport | null = null;
  const file = (): WeightsImport => {
    if (current === null) throw new WeightsError('no file is open');
    return current;
  };
  return {
    /** Reads a file in place of the previous one, which stays open if this one cannot be read. */
    async open({ file, fileName }: { readonly file: Blob; readonly fileName: string }) {
      // Checked before it is read.
      if (file.size > MAX_FILE_BYTES) throw tooLarge(file.size);
      current = new WeightsImport(fileName, new Uint8Array(await file.arrayBuffer()));
      return current.opened;
    },
    /** What is found out about the file under these answers. */
    inspect: (answers: Answers) => file().inspect(answers),
    /** The network's config and tensors. */
    take: (answers: Answers) => file().take(answers),
  };
}

/** What went wrong with an import, in plain words. */
export function importFailure(error: unknown): string {
  if (error instanceof WeightsError) return error.message;
  if (error instanceof ConfigError) return t`this network can’t be built: ${error.message}`;
  if (error instanceof RangeError) {
    return t`there is not enough memory for it. Close other pages and try again`;
  }
  return t`it can’t be read: ${error instanceof Error ? error.message : String(error)}`;
}
