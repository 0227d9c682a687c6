import { usePage } from './context.ts';
import { LazyMenu, lazily } from './lazily.tsx';
import { t } from '../text/t.ts';

const ExportMenuContent = lazily(
  () => import('./ExportMenuContent.tsx'),
  ({ ExportMenuContent }) => ExportMenuContent,
);

/** The export menu, loaded when it is first opened. */
export function ExportMenu() {
  const canExport = usePage(({ runs, unsupported }) => unsupported === null && runs.length > 0);
  return (
    <LazyMenu
      menu={<ExportMenuContent />}
      button={(open) => (
        <button
          type="button"
          disabled={!canExport}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={open}
        >
          {t`Export`}
          <span aria-hidden="true"> ▾</span>
        </button>
      )}
    />
  );
}
