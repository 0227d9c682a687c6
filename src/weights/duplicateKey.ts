/** The tokens that structure JSON. `endOfString` skips strings; numbers and words do not matter here. */
const TOKEN = /["{}:]/g;

/**
 * The first key that an object in valid JSON holds twice, or null. `JSON.parse` would silently keep the last one.
 * Keys are compared after unescaping: `"a"` and `"\u0061"` are the same.
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
 * Where the string that begins at `start` has ended. A regular expression would run out of stack on a string of millions
 * of characters, which a hostile file may hold.
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
