/** For a projector: networks and charts alone, in large type, until the same button or Escape. Nothing remembers it. */
import { useCallback, useEffect, useState } from 'react';
import { PAGE_KEYS } from '../charts/keys.ts';
import { usePageKey } from './usePageKey.ts';
import { t } from '../text/t.ts';

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
  usePageKey(PAGE_KEYS.present, toggle);
  usePageKey(PAGE_KEYS.leave, isOn ? toggle : null);
  useEffect(() => {
    // The browser keeps the Escape that ends full screen to itself.
    const onFullScreen = () => {
      if (document.fullscreenElement === null) setIsOn(false);
    };
    document.addEventListener('fullscreenchange', onFullScreen);
    return () => document.removeEventListener('fullscreenchange', onFullScreen);
  }, []);
  return (
    <button
      type="button"
      className="quiet present"
      aria-pressed={isOn}
      title={t`Networks and charts in large type, for a projector. P begins it, Escape ends it.`}
      onClick={toggle}
    >{t`Present`}</button>
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
