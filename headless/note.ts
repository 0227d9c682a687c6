/** Progress and remarks, for people: never to standard output, which holds results alone. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
