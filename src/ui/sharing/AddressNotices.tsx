/** Notices about the page's address: parts left out, a link that waits, a lock. */

import { openLink, setAddress } from '../../app/address/address.ts';
import type { Lock } from '../../app/address/lock.ts';
import { runName } from '../../app/naming.ts';
import { listed } from '../../text/language.ts';
import { formatCount } from '../../charts/format.ts';
import { usePage, useSession } from '../context.ts';
import { isEmbedded } from '../embed.ts';
import { Rich } from '../Rich.tsx';
import { Notice } from '../Notice.tsx';
import './sharing.css';
import { t } from '../../text/t.ts';

export function AddressNotices() {
  const { refused, waiting, lock } = usePage(({ address }) => address);
  return (
    <>
      {waiting !== null && <WaitingLink />}
      {refused.length > 0 && <Refused />}
      {(lock === true || (lock !== false && !isEmbedded())) && <Locked lock={lock} />}
    </>
  );
}

function Refused() {
  const session = useSession();
  const refused = usePage(({ address }) => address.refused);
  const isWhole = refused.some(({ field }) => field === 'address');
  return (
    <Notice
      title={
        isWhole
          ? t`The link was not read.`
          : t`Parts of the link were left out; the rest was applied.`
      }
    >
      <ul className="refused">
        {refused.map(({ field, message }, i) => (
          <li key={i}>
            <Rich text={t`<field/>: ${message}`} marks={{ field: () => <code>{field}</code> }} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        onClick={() => setAddress(session, { refused: [] })}
      >{t`Dismiss`}</button>
    </Notice>
  );
}

function WaitingLink() {
  const session = useSession();
  const { waiting, steps } = usePage(({ address, stepsDone }) => ({
    waiting: address.waiting,
    steps: stepsDone,
  }));
  const runs = waiting?.setup.runs ?? null;
  if (waiting === null || runs === null) return null;
  const names = listed(runs.map(({ config, name }) => name ?? runName(config, [])));
  return (
    <Notice title={t`Open the link in place of these runs?`}>
      <p>{t`The address now describes ${names}. These runs are at step ${formatCount(steps)}. Save a checkpoint first if you want to continue them.`}</p>
      <button
        type="button"
        className="primary"
        onClick={() => openLink(session, waiting)}
      >{t`Open the link`}</button>
      <button
        type="button"
        onClick={() => setAddress(session, { waiting: null })}
      >{t`Keep these runs`}</button>
    </Notice>
  );
}

function Locked({ lock }: { readonly lock: Exclude<Lock, false> }) {
  const session = useSession();
  const unlock = () => setAddress(session, { lock: false });
  if (lock !== true) {
    return (
      <p className="hint row locked">
        {lock === 'explore'
          ? t`Locked by the link: you can train, look inside and cut shortcuts.`
          : t`Locked by the link: you can train and cut shortcuts.`}
        <button
          type="button"
          className="link"
          title={t`Removes the lock from this page’s address.`}
          onClick={unlock}
        >{t`Unlock`}</button>
      </p>
    );
  }
  return (
    <Notice title={t`Locked by the link.`}>
      <p>{t`The networks and their training settings can’t be edited here. You can train and explore. Unlock removes the lock from this page’s address.`}</p>
      <button type="button" onClick={unlock}>{t`Unlock`}</button>
    </Notice>
  );
}
