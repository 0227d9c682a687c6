/** One's own images: dropped anywhere on the page or chosen here. What reads them is loaded when it is needed. */
import { Suspense, useState } from 'react';
import { droppedFiles, type Given } from '../../app/givenFiles.ts';
import { useDropped } from '../fileDrops.ts';
import { lazily } from '../lazily.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';
import { t } from '../../text/t.ts';

const OwnImagesContent = lazily(
  () => import('./OwnImagesContent.tsx'),
  ({ OwnImagesContent }) => OwnImagesContent,
);

/** @param isChosen whether the run trains on images of one's own. */
export function OwnImages({ isChosen }: { readonly isChosen: boolean }) {
  const [isOpen, setIsOpen] = useState(isChosen);
  const [given, setGiven] = useState<Given | null>(null);
  const isLocked = useIsLocked();
  const take = (transfer: DataTransfer) => {
    setGiven(droppedFiles(transfer));
    setIsOpen(true);
  };
  useDropped('images', isLocked ? null : take);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t`Your own images`}</summary>
      {isOpen && (
        <Suspense>
          <OwnImagesContent given={given} />
        </Suspense>
      )}
    </details>
  );
}
