/** One's own images on the page: read and kept by a worker. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { reasonOf } from '../data/dataError.ts';
import { createImagesClient, type ImagesClient } from '../data/own/client.ts';
import type { KeptImages } from '../data/own/imageStore.ts';
import type { Given } from './givenFiles.ts';

interface OwnImagesState {
  /** What is being read, and how far; null: nothing. */
  readonly reading: string | null;
  readonly error: string | null;
  /** Those kept in this browser; null: not looked up yet. */
  readonly kept: readonly KeptImages[] | null;
  /** The ones read last, whose remarks are worth showing. */
  readonly latest: KeptImages | null;
}

export class OwnImages {
  readonly store: StoreApi<OwnImagesState> = createStore(() => ({
    ...{ reading: null, error: null, kept: null, latest: null },
  }));
  readonly #client: ImagesClient;
  #turn = 0;

  constructor(create: (onProgress: (text: string) => void) => ImagesClient = createImagesClient) {
    this.#client = create((text) => this.#set({ reading: text }));
  }

  /** Reads what was given and keeps it; what was read before stays where it fails. */
  async read(given: Given): Promise<KeptImages | null> {
    const turn = ++this.#turn;
    this.#set({ reading: 'looking at the files', error: null });
    try {
      const { files, title } = await given;
      const images = await this.#client.call('read', { files, title });
      this.#set({ reading: null, latest: images, kept: await this.#client.call('list') });
      return turn === this.#turn ? images : null;
    } catch (error) {
      this.#set({ reading: null, error: reasonOf(error) });
      return null;
    }
  }

  async list(): Promise<void> {
    try {
      this.#set({ kept: await this.#client.call('list') });
    } catch (error) {
      this.#set({ kept: [], error: reasonOf(error) });
    }
  }

  async remove(images: KeptImages): Promise<void> {
    try {
      await this.#client.call('remove', images.sha256);
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
