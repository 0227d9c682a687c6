import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { decodeSetup } from './decode.ts';
import { encodeSetup } from './encode.ts';
import { STANDARD_PAGE } from './setup.ts';

const LINK =
  'v=1&model.stageDepths=9,9,9&model.cutShortcuts=layer1.0,layer3.2&run2.model.shortcuts=off';
const wanted = decodeSetup(LINK);
const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));

test.each([
  ['commas escaped', LINK.replaceAll(',', '%2C')],
  ['commas escaped in small letters', LINK.replaceAll(',', '%2c')],
  ['from HTML source', LINK.replaceAll('&', '&amp;')],
  ['from HTML source, escaped twice', LINK.replaceAll('&', '&amp;amp;')],
  ['numeric entities', LINK.replaceAll('&', '&#38;')],
  ['wholly encoded', encodeURIComponent(LINK)],
  ['wholly encoded, twice', twice(LINK)],
  ['wholly encoded with its #', encodeURIComponent(`#${LINK}`)],
  ['only the ampersands encoded', LINK.replaceAll('&', '%26')],
  ['ampersands and commas encoded', LINK.replaceAll('&', '%26').replaceAll(',', '%2C')],
  ['a bracket behind it', `${LINK})`],
  ['a sentence’s end', `${LINK}.`],
  ['a bracket and a sentence’s end', `${LINK}).`],
  ['angle brackets', `${LINK}>`],
  ['angle brackets, as browsers write them', `${LINK}%3E`],
  ['a quote', `${LINK}"`],
  ['a quote, as browsers write it', `${LINK}%22`],
  ['a typographic quote', `${LINK}”,`],
  ['the end of a tag', `${LINK}">`],
  ['an entity', `${LINK}&gt;`],
  ['the end of a link in HTML', `${LINK.replaceAll('&', '&amp;')}%22%3E`],
  ['Markdown', `${LINK})**`],
  ['a line’s end', `${LINK}%0D%0A`],
  ['an invisible space', `${LINK}%E2%80%8B`],
  ['all of it', `${encodeURIComponent(`${LINK})`)}.`],
  ['two #', `##${LINK}`],
])('%s', (_, link) => {
  expect(decodeSetup(link)).toEqual(wanted);
  expect(decodeSetup(`#${link}`)).toEqual(wanted);
});

test.each(['A & B', 'a=b', '100 %', '%26', 'half (a', 'deep)', 'end.', '"x', '<b>', 'é…', '&amp;'])(
  'a run’s name comes back as it was: %s',
  (name) => {
    const config = completeConfig({ version: 1 });
    const setup = { page: STANDARD_PAGE, runs: [{ config, name }] as const };
    expect(decodeSetup(encodeSetup({ ...setup, runs: [{ config, name }] })).setup).toEqual(setup);
  },
);
