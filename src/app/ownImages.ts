/** One's own images on the page: read and kept by a worker. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { reasonOf } from '../data/dataError.ts';
import { createImagesClient, type ImagesClient } from '../data/own/client.ts';
import type { KeptImages } from '../data/own/imageStore.ts';
import type { Given } from './givenFiles.ts';
import { t } from '../text/t.ts';

interface OwnImagesState {
  /** What is being read, and how far; null: nothing. */
  readonly reading: string | null;
  readonly error: string | null;
  /** Those kept in this browser; null: not looked up yet. */
  readonly kept: readonly KeptImages[] | null;
  /** Hashes of kept sets that are damaged. */
  readonly damaged: readonly string[];
  /** The ones read last, whose remarks are worth showing. */
  readonly latest: KeptImages | null;
}

export class OwnImages {
  readonly store: StoreApi<OwnImagesState> = createStore(() => ({
    ...{ reading: null, error: null, kept: null, damaged: [], latest: null },
  }));
  readonly #client: ImagesClient;
  #turn = 0;

  constructor(create: (onProgress: (text: string) => void) => ImagesClient = createImagesClient) {
    this.#client = create((text) => this.#set({ reading: text }));
  }

  /**
   * Reads what was given and keeps it.
   * @returns null where that fails, or something else has been given since.
   */
  async read(given: Given): Promise<KeptImages | null> {
    const turn = ++this.#turn;
    this.#set({ reading: t`looking at the files`, error: null });
    try {
      const { files, title } = await given;
      const images = await this.#client.call('read', { files, title });
      this.#set(await this.#client.call('list'));
      if (turn !== this.#turn) return null;
      this.#set({ reading: null, latest: images });
      return images;
    } catch (error) {
      if (turn === this.#turn) this.#set({ reading: null, error: reasonOf(error) });
      return null;
    }
  }

  async list(): Promise<void> {
    try {
      this.#set(await this.#client.call('list'));
    } catch (error) {
      this.#set({ kept: [], error: reasonOf(error) });
    }
  }

  async remove(sha256: string): Promise<void> {
    try {
      await this.#client.call('remove', sha256);
      this.#set({ latest: null });
    } catch (error) {
      this.#set({ error: reasonOf(error) });
    }
    await this.list();
  }

  #set(part: Partial<OwnImagesState>): void {
    this.store.setState(part);
  }
}
