import { describe, expect, it } from 'vitest';
import { gapsAndMarks, readCatalogue, ROOT } from './catalogue.ts';
import { textsOf } from './texts.ts';

const { keys, untranslated } = textsOf(ROOT);
const catalogue = Object.entries(readCatalogue());

describe('the texts of the page', () => {
  it('are looked up, whatever JSX shows', () => {
    expect(untranslated).toEqual([]);
  });

  it('are in the catalogue, each of them and no other, in the order of the source: npm run texts', () => {
    expect(catalogue.map(([key]) => key)).toEqual([...keys.keys()]);
  });

  it('are translated', () => {
    expect(catalogue.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('have the gaps and marks of the English', () => {
    const odd = catalogue.filter(
      ([key, text]) => `${gapsAndMarks(key)}` !== `${gapsAndMarks(text)}`,
    );
    expect(odd).toEqual([]);
  });
});
