/** Switches between the light and the dark theme. */
import { t } from '../text/t.ts';
import { useTheme } from './theme.ts';

export function ThemeButton() {
  const { theme, toggle } = useTheme();
  const name = theme === 'dark' ? t`Light theme` : t`Dark theme`;
  return (
    <button type="button" className="quiet" aria-label={name} title={name} onClick={toggle}>
      <svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" className="theme-icon">
        <circle r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M0 -6.5A6.5 6.5 0 0 1 0 6.5Z" fill="currentColor" />
      </svg>
    </button>
  );
}
