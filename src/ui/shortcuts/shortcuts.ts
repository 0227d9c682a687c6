/** What the page's keys do, in the words of the dialog that lists them. */
import { ARROW_KEYS } from '../../charts/arrowKeys.ts';
import { PAGE_KEYS, PLOT_KEYS } from '../../charts/keys.ts';
import { t } from '../../text/t.ts';

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
    where: t`Anywhere`,
    shortcuts: [
      { keys: [PAGE_KEYS.train], does: t`Trains and pauses, where nothing else has the focus` },
      { keys: [PAGE_KEYS.present], does: t`Presents networks and charts in large type` },
      { keys: [PAGE_KEYS.leave], does: t`Ends that; closes a dialog, a menu or the tour` },
      { keys: [PAGE_KEYS.help], does: t`Lists these keys` },
    ],
  },
  {
    where: t`Drawings of networks`,
    shortcuts: [
      { keys: ARROW_KEYS, does: t`Move among shortcuts, or among layers` },
      { keys: [' ', ENTER], does: t`Cut or restore the shortcut; open the layer` },
    ],
  },
  {
    where: t`Charts over the steps`,
    shortcuts: [
      { keys: [left, right], does: t`Read values; with Shift ten times as far` },
      { keys: [first, last], does: t`Go to the first or the last step shown` },
      { keys: [zoomIn, zoomOut], does: t`Zoom in or out` },
      { keys: [back, on], does: t`Move half a screen, when zoomed in` },
      { keys: [whole], does: t`Show all steps` },
      { keys: [clear], does: t`Puts the cursor away, then shows all steps` },
    ],
  },
  {
    where: t`Heat maps`,
    shortcuts: [
      { keys: ['ArrowUp', 'ArrowDown'], does: t`Go from layer to layer` },
      { keys: [ENTER], does: t`Opens the layer` },
    ],
  },
  {
    where: t`Other figures`,
    shortcuts: [
      { keys: ARROW_KEYS, does: t`Read values, or mark channels, blocks and classes` },
      { keys: [ENTER], does: t`Opens the images of a cell of the confusion matrix` },
      { keys: [clear], does: t`Puts the cursor away` },
    ],
  },
  {
    where: t`Tabs and the choice of depth`,
    shortcuts: [
      { keys: ARROW_KEYS, does: t`Go to the next or the one before` },
      { keys: [first, last], does: t`Go to the first or the last` },
    ],
  },
];

const NAMES: Readonly<Record<string, string>> = {
  ...{
    ' ': t`Space`,
    p: 'P',
    Escape: 'Esc',
    PageUp: t`Page up`,
    PageDown: t`Page down`,
    '-': '−',
  },
  ...{ ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' },
};

/** What is on the key. */
export const keyName = (key: string): string => NAMES[key] ?? key;
