/** The texts of the source: those that `t` looks up in a catalogue, and those it never sees. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';
import { keyOf } from '../../src/text/t.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** Attributes that are read or heard. */
const SPOKEN =
  /^(aria-label|aria-description|aria-valuetext|aria-roledescription|title|description|placeholder|alt|label|term|hint|caption|summary|what|endLabel|yTitle|xTitle)$/;
/** Said alike in every language. */
const NAMES =
  /Residual Playground|ResNet|PyTorch|NumPy|ONNX|TensorFlow\.js|WebGPU|WebAssembly|CIFAR-10|GitHub|JSON|CSV|PNG|SVG|Hugging Face/g;

export interface SourceTexts {
  /** Looked up, with the file of their first place, in the order of the source. */
  readonly keys: ReadonlyMap<string, string>;
  /** `file: text` of what JSX shows, or attributes say, without looking it up. */
  readonly untranslated: readonly string[];
}

/** @param root of the project. */
export function textsOf(root: string): SourceTexts {
  const keys = new Map<string, string>();
  const untranslated: string[] = [];
  for (const file of sourceFiles(root)) {
    const code = readFileSync(join(root, file), 'utf8');
    const { program, errors } = parseSync(file, code);
    if (errors.length > 0) throw new Error(`${file} can’t be parsed: ${errors[0]?.message}`);
    /** Of what stays English: names, file endings, titles of papers. */
    let keptUntil = 0;
    const note = (text: string, { start }: Node): void => {
      if (start < keptUntil) return;
      if (/\p{L}{2}/u.test(text.replaceAll(NAMES, '')))
        untranslated.push(`${file}: ${text.trim().replaceAll(/\s+/g, ' ')}`);
    };
    walk(program, (node) => {
      if (isNode(node, 'JSXElement') && staysEnglish(node))
        keptUntil = Math.max(keptUntil, node.end);
      const context = isNode(node, 'TaggedTemplateExpression') ? contextOf(node.tag) : null;
      if (isNode(node, 'TaggedTemplateExpression') && context !== null) {
        const key = context + keyOf(quasisOf(node.quasi));
        if (!keys.has(key)) keys.set(key, file);
      }
      if (isNode(node, 'JSXText') && typeof node.value === 'string') note(node.value, node);
      if (isNode(node, 'JSXAttribute') && isNode(node.name, 'JSXIdentifier')) {
        const { name, value } = { name: node.name.name, value: node.value };
        if (typeof name === 'string' && SPOKEN.test(name)) {
          for (const text of literalsOf(value)) note(text, node);
        }
      }
      if (isNode(node, 'JSXElement') || isNode(node, 'JSXFragment')) {
        const children: unknown[] = Array.isArray(node.children) ? node.children : [];
        for (const text of children.flatMap(literalsOf)) note(text, node);
      }
    });
  }
  return { keys, untranslated };
}

/** What a key begins with: nothing under `t`, `status|` under `tc('status')`; null: no text of the page. */
function contextOf(tag: unknown): string | null {
  if (isNamed(tag, 't')) return '';
  if (!isNode(tag, 'CallExpression') || !isNamed(tag.callee, 'tc')) return null;
  const [context] = Array.isArray(tag.arguments) ? tag.arguments.flatMap(literalsOf) : [];
  if (context === undefined) throw new Error('The context of a text must be a string.');
  return `${context}|`;
}

/** `<cite lang="en">`, `<code translate="no">` */
function staysEnglish({ openingElement }: Record<string, unknown>): boolean {
  if (!isNode(openingElement, 'JSXOpeningElement')) return false;
  const { attributes } = openingElement;
  return (
    Array.isArray(attributes) &&
    attributes.some(
      (attribute) =>
        isNode(attribute, 'JSXAttribute') &&
        isNode(attribute.name, 'JSXIdentifier') &&
        isNode(attribute.value, 'Literal') &&
        /^(lang=en|translate=no)$/.test(`${attribute.name.name}=${attribute.value.value}`),
    )
  );
}

/** Strings and templates that an expression in JSX shows as they are. */
function literalsOf(node: unknown): string[] {
  if (isNode(node, 'Literal')) return typeof node.value === 'string' ? [node.value] : [];
  if (isNode(node, 'TemplateLiteral')) return [quasisOf(node).join(' ')];
  if (isNode(node, 'JSXExpressionContainer')) return literalsOf(node.expression);
  if (isNode(node, 'LogicalExpression')) return literalsOf(node.right);
  if (isNode(node, 'ConditionalExpression')) {
    return [...literalsOf(node.consequent), ...literalsOf(node.alternate)];
  }
  return [];
}

function quasisOf(template: unknown): string[] {
  if (!isNode(template, 'TemplateLiteral') || !Array.isArray(template.quasis)) return [];
  return template.quasis.map(({ value }: { value: { cooked: string } }) => value.cooked);
}

const isNode = <T extends string>(
  node: unknown,
  type: T,
): node is Node & { type: T } & Record<string, unknown> =>
  typeof node === 'object' && node !== null && 'type' in node && node.type === type;

const isNamed = (node: unknown, name: string): boolean =>
  isNode(node, 'Identifier') && node.name === name;

function walk(node: unknown, visit: (node: unknown) => void): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node);
  for (const child of Array.isArray(node) ? node : Object.values(node)) walk(child, visit);
}

function sourceFiles(root: string): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/\.test\.tsx?$|\.d\.ts$|(^|\/)testing\//.test(path))
    .sort();
}
