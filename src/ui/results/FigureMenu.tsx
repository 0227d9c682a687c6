/** The button that saves a figure as an image; its menu is loaded when it is first opened. */
import { lazy, Suspense, useState } from 'react';

const FigureMenuContent = lazy(() =>
  import('./FigureMenuContent.tsx').then(({ FigureMenuContent }) => ({
    default: FigureMenuContent,
  })),
);

interface FigureMenuProps {
  /** The figure's name on the page. */
  readonly figure: string;
}

export function FigureMenu({ figure }: FigureMenuProps) {
  const [isWanted, setIsWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="quiet figure-menu"
      aria-label={`Save the figure ${figure}`}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setIsWanted(true)}
    >
      Save ▾
    </button>
  );
  return isWanted ? (
    <Suspense fallback={button}>
      <FigureMenuContent figure={figure} />
    </Suspense>
  ) : (
    button
  );
}
