import { LazyMenu, lazily } from '../lazily.tsx';
import type { FigureOnPage } from './saveFigure.ts';
import { t } from '../../text/t.ts';

const FigureMenuContent = lazily(
  () => import('./FigureMenuContent.tsx'),
  ({ FigureMenuContent }) => FigureMenuContent,
);

/** Saves a figure as an image; loaded when it is first opened. */
export function FigureMenu({ figure }: { readonly figure: FigureOnPage }) {
  return (
    <LazyMenu
      menu={<FigureMenuContent figure={figure} />}
      button={(open) => (
        <button
          type="button"
          className="quiet figure-menu"
          aria-label={t`Save the figure ${figure.title}`}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={open}
        >{t`Save ▾`}</button>
      )}
    />
  );
}
