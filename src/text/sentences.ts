import { language } from './language.ts';

/** Sentences one after the other; empty ones are left out. Chinese puts no blank between them. */
export const sentences = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(language === 'zh-CN' ? '' : ' ');
