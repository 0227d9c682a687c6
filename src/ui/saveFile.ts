/** Hands a file to the browser's downloads. @param content whole, or in parts. */
export function saveFile(
  name: string,
  type: string,
  content: ArrayBuffer | string | readonly (string | Uint8Array<ArrayBuffer>)[],
): void {
  const parts = typeof content === 'string' || content instanceof ArrayBuffer ? [content] : content;
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers read the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
