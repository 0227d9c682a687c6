/** What the import worker does with a request. */
import { ConfigError } from '../../model/errors.ts';
import { MAX_FILE_BYTES } from '../read/limits.ts';
import { tooLarge } from '../read/readWeights.ts';
import { WeightsError } from '../weightsError.ts';
import type { Reply, Request } from './messages.ts';
import { WeightsImport } from './weightsImport.ts';

export class ImportService {
  private current: WeightsImport | null = null;

  /** Never rejects: what goes wrong is the reply. A file that can't be read leaves the one before it open. */
  async answer(request: Request): Promise<Reply> {
    const { id } = request;
    try {
      switch (request.type) {
        case 'open':
          this.current = await opened(request.file, request.fileName);
          return { id, type: 'open', opened: this.current.opened };
        case 'match':
          return { id, type: 'match', rows: this.file.match(request.model) };
        case 'take':
          return { id, type: 'take', tensors: this.file.take(request.model) };
      }
    } catch (error) {
      return { id, type: 'failed', message: messageOf(error) };
    }
  }

  private get file(): WeightsImport {
    if (this.current === null) throw new WeightsError('no file is open');
    return this.current;
  }
}

/** Its size is checked before it is read. */
async function opened(file: Blob, fileName: string): Promise<WeightsImport> {
  if (file.size > MAX_FILE_BYTES) throw tooLarge(file.size);
  return new WeightsImport(fileName, new Uint8Array(await file.arrayBuffer()));
}

function messageOf(error: unknown): string {
  if (error instanceof WeightsError) return error.message;
  if (error instanceof ConfigError) return `this network can’t be built: ${error.message}`;
  if (error instanceof RangeError)
    return 'there is not enough memory for it. Close other pages and try again';
  return `it can’t be read: ${error instanceof Error ? error.message : String(error)}`;
}
