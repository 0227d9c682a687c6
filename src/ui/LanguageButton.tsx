/** The page in its other language: runs continue from a checkpoint of this moment. */
import { useState } from 'react';
import { keepNow } from '../app/updates/keepNow.ts';
import { replaceAddress } from '../storage/addressBar.ts';
import { chooseLanguage, LANGUAGES, otherLanguage } from '../text/language.ts';
import { useSession } from './context.ts';

export function LanguageButton() {
  const session = useSession();
  const [isChanging, setIsChanging] = useState(false);
  const change = async () => {
    setIsChanging(true);
    await keepNow(session);
    const address = chooseLanguage(otherLanguage, location.href);
    if (replaceAddress(address)) location.reload();
    else location.assign(address);
  };
  return (
    <button
      type="button"
      className="quiet"
      lang={otherLanguage}
      disabled={isChanging}
      onClick={() => void change()}
    >
      {LANGUAGES[otherLanguage]}
    </button>
  );
}
