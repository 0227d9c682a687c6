/** For a projector: networks and charts alone, in large type, until the same button or Escape. Nothing remembers it. */
import { useCallback, useEffect, useState } from 'react';

/** Where a letter is typed, or chooses something. */
const TAKES_LETTERS =
  'input, select, textarea, [contenteditable], dialog, [role=dialog], [role=menu], [role=listbox]';
/** Of `<html>`; the style sheets do the rest. */
const ATTRIBUTE = 'data-present';

export function PresentButton() {
  const [isOn, setIsOn] = useState(false);
  const toggle = useCallback(() => {
    setIsOn(!isOn);
    void (isOn ? leaveFullScreen() : enterFullScreen());
  }, [isOn]);
  useEffect(() => {
    document.documentElement.toggleAttribute(ATTRIBUTE, isOn);
    if (isOn) scrollTo({ top: 0 });
  }, [isOn]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (target instanceof Element && target.closest(TAKES_LETTERS) !== null) return;
      if (key.toLowerCase() === 'p' || (key === 'Escape' && isOn)) toggle();
    };
    // The browser keeps the Escape that ends full screen to itself.
    const onFullScreen = () => {
      if (document.fullscreenElement === null) setIsOn(false);
    };
    window.addEventListener('keydown', onKeyDown);
    document.addEventListener('fullscreenchange', onFullScreen);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('fullscreenchange', onFullScreen);
    };
  }, [isOn, toggle]);
  return (
    <button
      type="button"
      className="quiet present"
      aria-pressed={isOn}
      title="Networks and charts in large type, for a projector. P begins it, Escape ends it."
      onClick={toggle}
    >
      Present
    </button>
  );
}

/** Phones, and frames that may not, present within their window. */
async function enterFullScreen(): Promise<void> {
  const { documentElement } = document;
  if (!document.fullscreenEnabled) return;
  await documentElement.requestFullscreen().catch(() => undefined);
}

async function leaveFullScreen(): Promise<void> {
  try {
    // A figure may fill it in front of the page.
    while (document.fullscreenElement !== null) await document.exitFullscreen();
  } catch {
    // It had been left.
  }
}
