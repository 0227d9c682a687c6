/** One's own images: dropped anywhere on the page or chosen here. What reads them is loaded when it is needed. */
import { Suspense, useEffect, useState } from 'react';
import { carriesFiles, droppedFiles, type Given } from '../../app/givenFiles.ts';
import { lazily } from '../lazily.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';

const OwnImagesContent = lazily(
  () => import('./OwnImagesContent.tsx'),
  ({ OwnImagesContent }) => OwnImagesContent,
);

/** @param isChosen whether the run trains on images of one's own. */
export function OwnImages({ isChosen }: { readonly isChosen: boolean }) {
  const [isOpen, setIsOpen] = useState(isChosen);
  const [given, setGiven] = useState<Given | null>(null);
  const isLocked = useIsLocked();
  useEffect(() => {
    if (isLocked) return;
    const isMeant = ({ dataTransfer }: DragEvent) =>
      carriesFiles(dataTransfer) && document.querySelector('dialog[open]') === null;
    const over = (event: DragEvent) => {
      if (isMeant(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!isMeant(event) || event.dataTransfer === null || event.defaultPrevented) return;
      event.preventDefault();
      setGiven(droppedFiles(event.dataTransfer));
      setIsOpen(true);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [isLocked]);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>Your own images</summary>
      {isOpen && (
        <Suspense>
          <OwnImagesContent given={given} />
        </Suspense>
      )}
    </details>
  );
}
