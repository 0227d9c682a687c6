// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates under test are written so.
import { describe, expect, it } from 'vitest';
import { expandTemplate, TemplateError } from './template.ts';

const expand = (lines: string[], constants = {}) => expandTemplate(lines.join('\n'), constants);

describe('expandTemplate', () => {
  it('leaves plain text alone', () => {
    expect(expand(['let a = b % c; // 5 $ a piece', '', '  x'])).toBe(
      'let a = b % c; // 5 $ a piece\n\n  x',
    );
  });

  it('replaces names and expressions, the longest name first', () => {
    expect(expand(['a$N b${N}_c ${N*2+1} $NN'], { N: 3, NN: 4 })).toBe('a3 b3_c 7 4');
  });

  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['7 / 2', 3],
    ['-1 / 2', -1],
    ['-1 % 2', 1],
    ['-7 % 3', 2],
    ['2 < 3 && 3 >= 3', 1],
    ['1 == 2 || 1 != 1', 0],
    ['1 > 0 == 1', 1],
    ['!0 + !5', 1],
    ['--2', 2],
    ['YES && !NO', 1],
  ])('%s is %d', (expression, value) => {
    expect(expand([`\${${expression}}`], { YES: true, NO: false })).toBe(String(value));
  });

  it('unrolls nested loops, whose bounds may use outer variables', () => {
    const lines = ['#for i in 0..N', '  #for j in i..2', '  a${i}_$j', '  #end', '#end', 'z'];
    expect(expand(lines, { N: 2 })).toBe('  a0_0\n  a0_1\n  a1_1\nz');
  });

  it('skips loops whose bounds are empty', () => {
    expect(expand(['#for i in 2..1', 'a', '#end', 'b'])).toBe('b');
  });

  it('chooses branches, nested ones by their own #else', () => {
    const lines = ['#if A', '#if B', 'ab', '#else', 'a', '#end', '#else', 'none', '#end'];
    expect(expand(lines, { A: 1, B: 1 })).toBe('ab');
    expect(expand(lines, { A: 1, B: 0 })).toBe('a');
    expect(expand(lines, { A: 0, B: 1 })).toBe('none');
    expect(expand(['#if 0', 'a', '#end', 'b'])).toBe('b');
  });

  it('does not evaluate what it skips', () => {
    expect(expand(['#if 0', '$UNKNOWN', '#end', 'b'])).toBe('b');
  });

  it.each([
    [['a', '$b'], 'line 2: unknown name "b"'],
    [['#for i in 0..2', 'a', '${j}', '#end'], 'line 3: unknown name "j"'],
    [['#for i of 3', '#end'], 'line 1: expected "#for name in from..to", got "#for i of 3"'],
    [['a', '#for i in 0..2', 'b'], 'line 2: #for has no #end'],
    [['#if 1', '#if 1', '#end'], 'line 1: #if has no #end'],
    [['a', '#end'], 'line 2: unexpected #end'],
    [['#else'], 'line 1: unexpected #else'],
    [['#for i in 0..2', '#else', '#end'], 'line 1: #else belongs to #if, not #for'],
    [['#while 1'], 'line 1: unexpected #while'],
    [['${1 +}'], 'line 1: malformed expression "1 +"'],
    [['${(1}'], 'line 1: malformed expression "(1"'],
    [['${1 2}'], 'line 1: malformed expression "1 2"'],
    [['${1 ? 2}'], 'line 1: malformed expression "1 ? 2"'],
    [['${}'], 'line 1: malformed expression ""'],
    [['${1 / 0}'], 'line 1: division by zero in "1 / 0"'],
  ])('%j is refused: %s', (lines, message) => {
    expect(() => expand(lines)).toThrow(new TemplateError(0, '').constructor as typeof Error);
    expect(() => expand(lines)).toThrow(message);
  });
});
