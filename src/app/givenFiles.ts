/** The files that someone drops on the page or chooses, with their paths, folders opened. */
import { t } from '../text/t.ts';

export interface GivenFiles {
  /** Of the folder or archive; `3 files` where there are several. */
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly file: File }[];
}

/** At once, or once the folders have been walked through. */
export type Given = Promise<GivenFiles> | GivenFiles;

/** Files in folders, more than which are no set of images that a run could use. */
const MOST_FILES = 300_000;

/** Of a file dialog: whole folders come with their paths. */
export function chosenFiles(list: Iterable<File>): GivenFiles {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return { title: titleOf(files.map(({ path }) => path)), files };
}

/** Whether a drag carries files. */
export const carriesFiles = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes('Files') ?? false;

export type DropKind = 'checkpoint' | 'weights' | 'images';

/** A second download of a file gets a number. */
const CHECKPOINT = /\.checkpoint( ?\(\d+\))?\.safetensors$/i;
/** Of the kinds of files that may hold weights, those that no set of images comes in. */
const WEIGHTS =
  /\.(safetensors|pth|pt|th|pth\.tar|ckpt|pkl|pickle|npz|npy|onnx)$|^pytorch_model.*\.bin$/i;

/** What a drop is taken for, by its name. To be called in its event. */
export function kindOfDrop({ files }: Pick<DataTransfer, 'files'>): DropKind {
  const [file] = files;
  if (file === undefined || files.length > 1) return 'images';
  return CHECKPOINT.test(file.name) ? 'checkpoint' : WEIGHTS.test(file.name) ? 'weights' : 'images';
}

/**
 * Of a drop. To be called in its event: browsers forget what was dropped right afterwards.
 * @throws Error (rejects) for a folder that can't be read, or with too many files
 */
export function droppedFiles(transfer: DataTransfer): Promise<GivenFiles> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const plain = [...transfer.files];
  return (async () => {
    if (entries.length === 0) return chosenFiles(plain);
    const files: { path: string; file: File }[] = [];
    for (const entry of entries) await collect(entry, files);
    return { title: titleOf(entries.map(({ name }) => name)), files };
  })();
}

function titleOf(paths: readonly string[]): string {
  const tops = new Set(paths.map((path) => path.split('/')[0] ?? ''));
  const [only = ''] = tops;
  return tops.size === 1 ? only : t`${paths.length.toLocaleString('en-US')} files`;
}

async function collect(
  entry: FileSystemEntry,
  into: { path: string; file: File }[],
): Promise<void> {
  if (into.length > MOST_FILES) throw new Error(t`These are more than 300,000 files.`);
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    into.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      // Browsers give a hundred at a time.
      const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (part.length === 0) return;
      for (const child of part) await collect(child, into);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
