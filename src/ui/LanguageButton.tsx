/** The page in its other language: runs continue from a checkpoint of this moment. */
import { useState } from 'react';
import { keepNow } from '../app/updates/keepNow.ts';
import { replaceAddress } from '../storage/addressBar.ts';
import { chooseLanguage, LANGUAGES } from '../text/choice.ts';
import { otherLanguage } from '../text/language.ts';
import { t } from '../text/t.ts';
import { usePage, useSession } from './context.ts';

export function LanguageButton() {
  const session = useSession();
  const areRunsAside = usePage((state) => state.areRunsAside);
  const [isChanging, setIsChanging] = useState(false);
  const [isLoss, setIsLoss] = useState(false);
  const [isRefused, setIsRefused] = useState(false);
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
        disabled={isChanging}
        aria-disabled={areRunsAside}
        onClick={() => (areRunsAside ? setIsRefused(true) : void change())}
      >
        {name}
      </button>
      {isRefused && areRunsAside && (
        <p className="header-note" role="alert">
          {t`End the tour first: your own runs come back then.`}
        </p>
      )}
      {isLoss && (
        <p className="header-note" role="alert">
          {t`The runs could not be kept as they are: in ${name} they would go on from their last checkpoint, or start again where there is none. Press ${name} again to change all the same.`}{' '}
          <button type="button" className="link" onClick={() => setIsLoss(false)}>
            {t`Stay`}
          </button>
        </p>
      )}
    </>
  );
}
