/** What the page's keys do, in the words of the dialog that lists them. */
import { ARROW_KEYS } from '../../charts/arrowKeys.ts';
import { PAGE_KEYS, PLOT_KEYS } from '../../charts/keys.ts';

interface Shortcut {
  /** As `KeyboardEvent.key` has them. */
  readonly keys: readonly string[];
  readonly does: string;
}

interface ShortcutGroup {
  readonly where: string;
  readonly shortcuts: readonly Shortcut[];
}

const ENTER = 'Enter';
const { left, right, first, last, zoomIn, zoomOut, back, on, whole, clear } = PLOT_KEYS;

export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    where: 'Anywhere',
    shortcuts: [
      { keys: [PAGE_KEYS.train], does: 'Trains and pauses, where nothing else has the focus' },
      { keys: [PAGE_KEYS.present], does: 'Presents networks and charts in large type' },
      { keys: [PAGE_KEYS.leave], does: 'Ends that; closes a dialog, a menu or the tour' },
      { keys: [PAGE_KEYS.help], does: 'Lists these keys' },
    ],
  },
  {
    where: 'Drawings of networks',
    shortcuts: [
      { keys: ARROW_KEYS, does: 'Move among shortcuts, or among layers' },
      { keys: [' ', ENTER], does: 'Cut or restore the shortcut; open the layer' },
    ],
  },
  {
    where: 'Charts over the steps',
    shortcuts: [
      { keys: [left, right], does: 'Read values; with Shift ten times as far' },
      { keys: [first, last], does: 'Go to the first or the last step shown' },
      { keys: [zoomIn, zoomOut], does: 'Zoom in or out' },
      { keys: [back, on], does: 'Move half a screen, when zoomed in' },
      { keys: [whole], does: 'Show all steps' },
      { keys: [clear], does: 'Puts the cursor away, then shows all steps' },
    ],
  },
  {
    where: 'Heat maps',
    shortcuts: [
      { keys: ['ArrowUp', 'ArrowDown'], does: 'Go from layer to layer' },
      { keys: [ENTER], does: 'Opens the layer' },
    ],
  },
  {
    where: 'Other figures',
    shortcuts: [
      { keys: ARROW_KEYS, does: 'Read values, or mark channels, blocks and classes' },
      { keys: [ENTER], does: 'Opens the images of a cell of the confusion matrix' },
      { keys: [clear], does: 'Puts the cursor away' },
    ],
  },
  {
    where: 'Tabs and the choice of depth',
    shortcuts: [
      { keys: ARROW_KEYS, does: 'Go to the next or the one before' },
      { keys: [first, last], does: 'Go to the first or the last' },
    ],
  },
];

const NAMES: Readonly<Record<string, string>> = {
  ...{ ' ': 'Space', p: 'P', Escape: 'Esc', PageUp: 'Page up', PageDown: 'Page down', '-': '−' },
  ...{ ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' },
};

/** What is on the key. */
export const keyName = (key: string): string => NAMES[key] ?? key;
