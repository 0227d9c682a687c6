/** The page's current theme, for colours that are computed. */
import { useSyncExternalStore } from 'react';
import type { Theme } from '../theme.ts';

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

const themeNow = (): Theme =>
  document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';

export const usePageTheme = (): Theme => useSyncExternalStore(subscribe, themeNow);
