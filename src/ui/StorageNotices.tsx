/** What the browser does not store, said once for each kind of failure. */
import { storageNotices } from '../app/storageNotices.ts';
import { usePage, useSession } from './context.ts';
import { Notice } from './Notice.tsx';
import { t } from '../text/t.ts';

export function StorageNotices() {
  const { store } = useSession();
  const { troubles, dismissed } = usePage(({ storage }) => storage);
  return storageNotices(troubles, isSecureContext)
    .filter(({ failure }) => !dismissed.includes(failure))
    .map(({ failure, title, text }) => (
      <Notice key={failure} title={title}>
        <p>{text}</p>
        <button
          type="button"
          onClick={() =>
            store.setState(({ storage }) => ({
              storage: { ...storage, dismissed: [...storage.dismissed, failure] },
            }))
          }
        >{t`Dismiss`}</button>
      </Notice>
    ));
}
