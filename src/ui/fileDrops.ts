/**
 * Files dropped anywhere on the page: none makes the browser leave it, and each goes to the part of the page that takes
 * its kind. Parts with a place for files of their own come first.
 */
import { useEffect } from 'react';
import { carriesFiles, type DropKind, kindOfDrop } from '../app/givenFiles.ts';
import { isBehindDialog } from './behindDialog.ts';

type Take = (transfer: DataTransfer) => void;

const takers = new Map<DropKind, Take>();

/** @param take called within the event of the drop; null: the part takes nothing at present. */
export function useDropped(kind: DropKind, take: Take | null): void {
  useEffect(() => {
    if (take === null) return;
    takers.set(kind, take);
    return () => void takers.delete(kind);
  });
}

/** Nor where the panels that take files are not seen. */
const takesNone = (): boolean =>
  isBehindDialog() || document.documentElement.hasAttribute('data-present');

/** @param onRefused called where no part takes what was dropped. @returns ends it. */
export function catchDrops(onRefused: () => void): () => void {
  const over = (event: DragEvent) => {
    const { dataTransfer, defaultPrevented } = event;
    if (defaultPrevented || dataTransfer === null || !carriesFiles(dataTransfer)) return;
    event.preventDefault();
    if (takesNone() || takers.size === 0) dataTransfer.dropEffect = 'none';
  };
  const drop = (event: DragEvent) => {
    const { dataTransfer, defaultPrevented } = event;
    if (defaultPrevented || dataTransfer === null || !carriesFiles(dataTransfer)) return;
    event.preventDefault();
    if (takesNone()) return;
    const take = takers.get(kindOfDrop(dataTransfer));
    if (take === undefined) onRefused();
    else take(dataTransfer);
  };
  window.addEventListener('dragover', over);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('drop', drop);
  };
}
