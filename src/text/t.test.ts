import { describe, expect, it } from 'vitest';
import { languageOf, withLanguage } from './choice.ts';
import { keyOf, t, translate } from './t.ts';

const parts = (strings: TemplateStringsArray, ..._: unknown[]) => strings;

describe('texts', () => {
  it('are English where there is no catalogue', () => {
    expect(t`${'ResNet-20'} diverged at step ${7}.`).toBe('ResNet-20 diverged at step 7.');
  });

  it('are looked up under the English with numbered gaps, which a translation may move or repeat', () => {
    const said = parts`${'name'} diverged at step ${0}.`;
    expect(keyOf(said)).toBe('{0} diverged at step {1}.');
    const texts = { '{0} diverged at step {1}.': '在第 {1} 步，{0} 发散了（{0}）。' };
    expect(translate(texts, said, ['A', 5])).toBe('在第 5 步，A 发散了（A）。');
  });

  it('have no space behind a value that ends in a full-width mark', () => {
    const texts = { '{0} is cut': '{0} 的捷径已切断', '{0} B': '{0} B' };
    expect(translate(texts, parts`${0} is cut`, ['网络（普通）'])).toBe('网络（普通）的捷径已切断');
    expect(translate(texts, parts`${0} is cut`, ['“图” 测试'])).toBe('“图” 测试 的捷径已切断');
    expect(translate(texts, parts`${0} B`, ['（甲）'])).toBe('（甲） B');
  });

  it('stay English where a catalogue lacks them or has them empty', () => {
    expect(translate({ Depth: '' }, parts`Depth`, [])).toBe('Depth');
    expect(translate({}, parts`Depth ${1}`, ['20'])).toBe('Depth 20');
  });

  it('keep braces and dollars of values', () => {
    expect(translate({}, parts`${0} of ${1}`, ['{1}', '$&'])).toBe('{1} of $&');
  });
});

it('regional tags ask for the languages the page has', () => {
  expect(['zh', 'zh-Hant-TW', 'en-AU', 'de', '', null].map(languageOf)).toEqual([
    'zh-CN',
    'zh-CN',
    'en',
    null,
    null,
    null,
  ]);
});

it('an address names a language, or none', () => {
  const address = 'https://example.org/page/?embed&lang=en#v=1&run2.name=A';
  expect(withLanguage(address, 'zh-CN')).toBe(
    'https://example.org/page/?embed=&lang=zh-CN#v=1&run2.name=A',
  );
  expect(withLanguage(address, null)).toBe('https://example.org/page/?embed=#v=1&run2.name=A');
});
