/** Strings and the punctuation that structures JSON; numbers and words between them don't matter here. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}:]/g;

/**
 * The first key that an object of valid JSON holds twice, else null. `JSON.parse` would keep the last one silently.
 * Keys are compared as read: `"a"` and `"\u0061"` are the same.
 */
export function duplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  let text: string | null = null;
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token === ':' && text !== null) {
      const key: unknown = JSON.parse(text);
      const keys = open.at(-1);
      if (typeof key === 'string' && keys !== undefined) {
        if (keys.has(key)) return key;
        keys.add(key);
      }
    }
    text = token.startsWith('"') ? token : null;
  }
  return null;
}
