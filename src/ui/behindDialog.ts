/** Whether a dialog keeps the page behind it from being used. */
export const isBehindDialog = (): boolean =>
  document.querySelector('dialog[open], .dialog[data-state="open"]') !== null;
