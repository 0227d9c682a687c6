/** What was pressed last: only who works by keys is helped by a focus that moves to where work goes on. */

let isKey = false;

const note = ({ type }: Event): void => {
  isKey = type === 'keydown';
};
for (const type of ['keydown', 'pointerdown']) window.addEventListener(type, note, true);

export const wasKeyPressedLast = (): boolean => isKey;
