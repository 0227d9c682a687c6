import { LazyMenu, lazily } from '../lazily.tsx';

const FigureMenuContent = lazily(
  () => import('./FigureMenuContent.tsx'),
  ({ FigureMenuContent }) => FigureMenuContent,
);

/** Saves a figure as an image; loaded when it is first opened. @param figure its name on the page. */
export function FigureMenu({ figure }: { readonly figure: string }) {
  return (
    <LazyMenu
      menu={<FigureMenuContent figure={figure} />}
      button={(open) => (
        <button
          type="button"
          className="quiet figure-menu"
          aria-label={`Save the figure ${figure}`}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={open}
        >
          Save ▾
        </button>
      )}
    />
  );
}
