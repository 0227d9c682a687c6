/** The link to this comparison: to copy it, what it holds and does not hold, and what it hides from a class. */
import { Suspense, useId, useMemo, useState } from 'react';
import { linkOf } from '../../app/address/address.ts';
import { usePage, useSession } from '../context.ts';
import { DialogFrame, type DialogProps } from '../DialogFrame.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { lazily } from '../lazily.tsx';
import { useCopy } from '../useCopy.ts';
import { EmbedCode } from './EmbedCode.tsx';
import { ForClass } from './ForClass.tsx';
import { LinkContents } from './LinkContents.tsx';
import { choiceOf, inLink } from './teacherChoice.ts';
import { pageUrl } from './useAddress.ts';
import './sharing.css';
import { t } from '../../text/t.ts';

const QrCode = lazily(
  () => import('./QrCode.tsx'),
  ({ QrCode }) => QrCode,
);

export function ShareDialog(props: DialogProps) {
  const { store } = useSession();
  const { address, runs } = usePage(({ address, runs }) => ({ address, runs }));
  const [choice, setChoice] = useState(() => choiceOf(address));
  const steps = Math.min(...runs.map(({ config }) => config.training.steps));
  const url = useMemo(() => {
    const link = pageUrl();
    const { page, cutsAt } = inLink(choice, steps);
    link.hash = linkOf(store.getState(), page, cutsAt);
    return link.href;
  }, [store, choice, runs, steps]);
  return (
    <DialogFrame
      {...props}
      title={t`Share this comparison`}
      description={t`The link itself holds the setup. Nothing is stored elsewhere.`}
    >
      <Link url={url} />
      <LinkContents />
      <ForClass {...{ choice, steps }} onChange={setChoice} />
      <LazyDetails summary={t`QR code`}>
        {() => (
          <Suspense>
            <QrCode url={url} />
          </Suspense>
        )}
      </LazyDetails>
      <LazyDetails summary={t`Embed in a course page`}>{() => <EmbedCode url={url} />}</LazyDetails>
    </DialogFrame>
  );
}

function Link({ url }: { readonly url: string }) {
  const id = useId();
  const { note, copy } = useCopy(url, 'link');
  return (
    <div className="share-link">
      <label htmlFor={id} className="visually-hidden">{t`Link`}</label>
      <input
        id={id}
        type="text"
        readOnly
        value={url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" className="primary" onClick={copy}>{t`Copy link`}</button>
      <a href={url} target="_blank" rel="noopener">{t`Open it in a new tab`}</a>
      <p aria-live="polite" className="hint">
        {note}
      </p>
    </div>
  );
}
