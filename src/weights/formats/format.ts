/** What makes up a file format. Each format is one file; `registry.ts` lists them. */
import type { RunConfig } from '../../model/config.ts';
import type { ExportModel, ExportOptions } from '../exportModel.ts';

/** What a snippet can refer to. */
export interface SnippetContext {
  readonly fileName: string;
  readonly config: RunConfig;
  readonly options: ExportOptions;
}

/** The module of a format. */
export interface WeightsFormat {
  /**
   * The whole file.
   * @throws WeightsError if this net cannot have names of that naming.
   */
  write(model: ExportModel, options: ExportOptions): Uint8Array<ArrayBuffer>;
  /** Code that loads the file and classifies a batch, to be pasted and run beside the file. */
  snippet(context: SnippetContext): string;
}

/** What is known about a format before its module is loaded. */
export interface FormatEntry {
  readonly id: string;
  readonly label: string;
  /** `.pth` */
  readonly extension: string;
  /** Who reads it, in a few words. */
  readonly readBy: string;
  /** Language of the snippet. */
  readonly language: 'Python' | 'JavaScript';
  /** Whether the file holds the network too, so that `input` can be chosen. */
  readonly holdsGraph: boolean;
  readonly load: () => Promise<WeightsFormat>;
}
