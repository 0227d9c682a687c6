/** The page in its other language: runs continue from a checkpoint of this moment. */
import { useState } from 'react';
import { keepNow } from '../app/updates/keepNow.ts';
import { replaceAddress } from '../storage/addressBar.ts';
import { chooseLanguage, LANGUAGES } from '../text/choice.ts';
import { otherLanguage } from '../text/language.ts';
import { t } from '../text/t.ts';
import { useSession } from './context.ts';

/** @param isTouring the user's own runs are set aside, where no reload brings them back. */
export function LanguageButton({ isTouring }: { readonly isTouring: boolean }) {
  const session = useSession();
  const [isChanging, setIsChanging] = useState(false);
  const [isLoss, setIsLoss] = useState(false);
  const name = LANGUAGES[otherLanguage];
  const change = async () => {
    setIsChanging(true);
    const isKept = await keepNow(session);
    setIsChanging(false);
    if (!isKept && !isLoss) return setIsLoss(true);
    const address = chooseLanguage(otherLanguage, location.href);
    if (replaceAddress(address)) location.reload();
    else location.assign(address);
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        lang={otherLanguage}
        disabled={isChanging || isTouring}
        onClick={() => void change()}
      >
        {name}
      </button>
      {isLoss && (
        <p className="header-note" role="alert">
          {t`The runs could not be kept: in ${name} they would start again at step 0. Press ${name} again to change all the same.`}
        </p>
      )}
    </>
  );
}
