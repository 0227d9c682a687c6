import { Controls } from './Controls.tsx';
import { isEmbedded } from './embed.ts';
import { ExperimentsButton } from './experiments/ExperimentsButton.tsx';
import { LanguageButton } from './LanguageButton.tsx';
import { OpenInFull } from './OpenInFull.tsx';
import { PresentButton } from './PresentButton.tsx';
import { ShareButton } from './sharing/ShareButton.tsx';
import { Shown } from './sharing/Shown.tsx';
import { ThemeButton } from './ThemeButton.tsx';
import { TourButton } from './tour/TourButton.tsx';
import { t } from '../text/t.ts';

export function Header() {
  return (
    <header className="header">
      {/* No link: the address after # is the setup. */}
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('.run-card button')?.focus()}
      >{t`Skip to the networks`}</button>
      <h1>Residual Playground</h1>
      <p>{t`Two networks, identical except for shortcuts, learn from the same images. Why does one of them stop learning when it gets deep?`}</p>
      <Controls />
      <div className="header-buttons">
        {isEmbedded() && <OpenInFull />}
        <Shown part="experiments">
          <ExperimentsButton />
        </Shown>
        <Shown part="share">
          <ShareButton />
        </Shown>
        <Shown part="tour">
          <TourButton />
        </Shown>
        <Shown part="present">
          <PresentButton />
        </Shown>
        <Shown part="language">
          <LanguageButton />
        </Shown>
        <Shown part="theme">
          <ThemeButton />
        </Shown>
      </div>
    </header>
  );
}
