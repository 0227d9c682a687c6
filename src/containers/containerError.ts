import { t } from '../text/t.ts';

/** A file that is damaged, cut off, or beyond what is read. The message names the format and the fault. */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
}

/** Throws; its result lets it stand where a value is expected. */
export const faultOf =
  (format: string) =>
  (message: string): never => {
    throw new ContainerError(t`${format}: ${message}`);
  };

export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
