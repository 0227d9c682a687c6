/** The worker that reads one's own images and keeps them, so that neither the page nor training waits for it. */
import { postEvent, serve } from '../../rpc/rpc.ts';
import { privateFolder } from '../../storage/folder.ts';
import { onTrouble } from '../../storage/troubles.ts';
import { reasonOf } from '../dataError.ts';
import { webCodecs } from '../image/codecs.ts';
import { ImageStore, type KeptImages, type KeptListing } from './imageStore.ts';
import type { InputFile } from './inputFile.ts';
import { readImages } from './readImages.ts';

export interface GivenFile {
  /** With its folders, `/` between them. */
  readonly path: string;
  readonly file: Blob;
}

const store = new ImageStore(() => privateFolder('images', 'ownImages'));

const inputOf = ({ path, file }: GivenFile): InputFile => ({
  name: path,
  byteLength: file.size,
  async read(start, end, signal) {
    signal?.throwIfAborted();
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  },
});

const api = {
  /** Reads the files and keeps their images. */
  async read({
    files,
    title,
  }: {
    files: readonly GivenFile[];
    title: string;
  }): Promise<KeptImages> {
    const onProgress = (text: string): void => postEvent(text);
    const set = await readImages(files.map(inputOf), title, { codecs: webCodecs, onProgress });
    return store.keep(set);
  },
  list: (): Promise<KeptListing> => store.list(),
  remove: (sha256: string): Promise<void> => store.remove(sha256),
};

export type ImagesApi = typeof api;

serve(api, reasonOf);
onTrouble((trouble) => postEvent(trouble));
