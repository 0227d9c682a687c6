/** The image sets kept in this browser; what reads them is loaded with the first one. */
import { loadChunk } from '../../chunk.ts';
import { privateFolder } from '../../storage/folder.ts';
import type { KeptSets } from '../types.ts';

async function store(): Promise<KeptSets> {
  const { ImageStore } = await loadChunk(() => import('./imageStore.ts'));
  return new ImageStore(() => privateFolder('images', 'ownImages'));
}

export const keptInBrowser: KeptSets = {
  read: async (sha256) => (await store()).read(sha256),
  findKnown: async (id) => (await store()).findKnown(id),
};
