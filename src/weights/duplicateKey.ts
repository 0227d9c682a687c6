/** What structures JSON; numbers and words don't matter here. Strings are skipped by `endOfString`. */
const TOKEN = /["{}:]/g;

/**
 * The first key that an object of valid JSON holds twice, else null. `JSON.parse` would keep the last one silently.
 * Keys are compared as read: `"a"` and `"\u0061"` are the same.
 */
export function duplicateKey(json: string): string | null {
  const open: Set<string>[] = [];
  let text: string | null = null;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(json); found !== null; found = TOKEN.exec(json)) {
    const [token] = found;
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
    text = null;
    if (token === '"') {
      const end = endOfString(json, found.index);
      text = json.slice(found.index, end);
      TOKEN.lastIndex = end;
    }
  }
  return null;
}

/**
 * Just behind the string that begins at `start`. Not matched by a regular expression: on a string of millions of
 * characters, which a hostile file may hold, that runs out of stack.
 */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length; at++) {
    const character = json[at];
    if (character === '\\') at++;
    else if (character === '"') return at + 1;
  }
  return at;
}
