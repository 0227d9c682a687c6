import { LazyMenu, lazily } from './lazily.tsx';
import { t } from '../text/t.ts';

const AddRunMenuContent = lazily(
  () => import('./AddRunMenuContent.tsx'),
  ({ AddRunMenuContent }) => AddRunMenuContent,
);

/** What other runs there are to add. Its name must not hold that of the button beside it. */
const NAME = t`Kinds of runs`;

export function AddRunMenu({ disabled }: { readonly disabled: boolean }) {
  return (
    <LazyMenu
      menu={<AddRunMenuContent label={NAME} disabled={disabled} />}
      button={(open) => (
        <button
          type="button"
          disabled={disabled}
          aria-label={NAME}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={open}
        >
          <span aria-hidden="true">▾</span>
        </button>
      )}
    />
  );
}
