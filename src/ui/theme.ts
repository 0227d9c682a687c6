/** Light or dark: as the system has it until chosen here, then kept. */
import { useEffect, useState } from 'react';
import { localArea, readText, writeText } from '../storage/webStorage.ts';

export type Theme = 'light' | 'dark';

const KEY = 'theme';

function storedTheme(): Theme | null {
  const stored = readText(localArea, KEY);
  return stored === 'light' || stored === 'dark' ? stored : null;
}

export function useTheme(): { theme: Theme; toggle: () => void } {
  const [theme, setTheme] = useState<Theme>(
    () => storedTheme() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  );
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    writeText(localArea, KEY, next);
    setTheme(next);
  };
  return { theme, toggle };
}
