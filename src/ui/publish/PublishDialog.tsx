/** Publishes a run's network on the Hugging Face hub. Nothing is requested before the user connects. */
import { useEffect, useState } from 'react';
import { runUrl } from '../../app/publish/links.ts';
import { modelCard } from '../../app/publish/modelCard.ts';
import { ONNX_FILE, type Publication, WEIGHTS_FILE } from '../../app/publish/publication.ts';
import { repoNameFault, suggestedRepoName } from '../../app/publish/repoName.ts';
import type { RunView } from '../../app/state.ts';
import { reasonOf } from '../../data/dataError.ts';
import { useLibraryOpener, usePage, useSelectedRun } from '../context.ts';
import { DialogFrame, type DialogProps } from '../DialogFrame.tsx';
import { ErrorText } from '../ErrorText.tsx';
import { PlainField, SelectField } from '../fields.tsx';
import { FileList } from './FileList.tsx';
import { Outcome } from './Outcome.tsx';
import { SignIn } from './SignIn.tsx';
import { usePublishing } from './usePublishing.ts';
import { t } from '../../text/t.ts';

export function PublishDialog(props: DialogProps) {
  const selected = useSelectedRun();
  const runs = usePage((state) => state.runs);
  const [runId, setRunId] = useState(selected?.id);
  const run = runs.find(({ id }) => id === runId) ?? runs[0];
  return (
    <DialogFrame
      {...props}
      title={t`Publish to Hugging Face`}
      description={t`Creates a model page for a network on huggingface.co. Nothing is sent before you connect, and nothing is uploaded before you press Publish.`}
    >
      {run !== undefined && (
        <>
          <SelectField
            label={t`Run`}
            field="publish.run"
            value={run.id}
            options={runs.map(({ id, name }) => [id, name] as const)}
            onChange={setRunId}
          />
          <Publishing key={run.id} run={run} />
        </>
      )}
    </DialogFrame>
  );
}

const encoded = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;
const configText = ({ config }: Publication): string => `${JSON.stringify(config, null, 2)}\n`;

function Publishing({ run }: { readonly run: RunView }) {
  const { publication, fault } = usePublication(run);
  const hub = usePublishing();
  const [name, setName] = useState(() => suggestedRepoName(run.name));
  const [owner, setOwner] = useState<string | null>(null);
  const [visibility, setVisibility] = useState<'private' | 'public'>('private');
  if (fault !== null) return <ErrorText>{fault}</ErrorText>;
  if (publication === null) return <p className="hint">{t`Reading the run …`}</p>;
  const { account } = hub.signed ?? {};
  // Another account may not write under the name that was chosen before.
  const chosen = account?.owners.find((one) => one === owner) ?? account?.name;
  const repo = `${chosen ?? 'you'}/${name}`;
  const isPrivate = visibility === 'private';
  const page = document.baseURI.replace(/[?#].*$/s, '');
  const link = runUrl(page, publication.originalConfig, publication.title);
  const card = modelCard(publication, { repo, isPrivate, runUrl: link });
  const files = [
    { path: 'README.md', content: encoded(card), what: t`model card` },
    { path: WEIGHTS_FILE, content: publication.safetensors, what: t`weights` },
    { path: ONNX_FILE, content: publication.onnx, what: t`the network, for ONNX Runtime` },
    { path: 'config.json', content: encoded(configText(publication)), what: t`settings` },
    { path: 'curves.csv', content: publication.curves, what: t`curves` },
  ];
  const nameFault = repoNameFault(name);
  const isBusy = hub.progress !== null;
  return (
    <>
      <FileList files={files} card={card} />
      <div className="fields">
        <PlainField
          label={t`Name of the model`}
          value={name}
          fault={nameFault}
          onChange={(text) => setName(text.trim())}
        />
        <SelectField
          label={t`Who can see it`}
          field="publish.visibility"
          value={visibility}
          options={[
            ['private', t`Private: only its owner`],
            ['public', t`Public: everybody`],
          ]}
          hint={isPrivate ? t`Netron shows the graph of public models only.` : undefined}
          onChange={setVisibility}
        />
        {account !== undefined && (
          <SelectField
            label={t`Owner`}
            field="publish.owner"
            value={chosen ?? account.name}
            options={account.owners.map((one) => [one, one] as const)}
            onChange={setOwner}
          />
        )}
      </div>
      {account === undefined ? (
        <SignIn
          isConnecting={hub.isConnecting}
          onSignIn={hub.signIn}
          onCancel={hub.cancelSignIn}
          onToken={hub.connect}
        />
      ) : (
        <div className="row">
          <button
            type="button"
            className="primary"
            disabled={isBusy || nameFault !== null}
            onClick={() => hub.publish({ repo, isPrivate, files: files.map(uploadOf) })}
          >
            {isPrivate ? t`Publish ${repo}, private` : t`Publish ${repo}, public`}
          </button>
          <button
            type="button"
            disabled={isBusy}
            onClick={hub.signOut}
          >{t`Another account`}</button>
          <p className="hint">{t`Signed in as ${account.name}.`}</p>
        </div>
      )}
      <Outcome progress={hub.progress} published={hub.published} runUrl={link} />
      <ErrorText>{hub.error}</ErrorText>
    </>
  );
}

const uploadOf = ({ path, content }: { path: string; content: ArrayBuffer }) => ({ path, content });

/** The run as of now, made ready on this machine. */
function usePublication({ id, name }: RunView) {
  const openLibrary = useLibraryOpener();
  const [made, setMade] = useState<{ publication: Publication | null; fault: string | null }>({
    ...{ publication: null, fault: null },
  });
  useEffect(() => {
    let isCurrent = true;
    openLibrary()
      .then((library) => library.publication(id, name))
      .then(
        (publication) => {
          const fault =
            publication === null ? t`${name} has not been trained yet. Train it first.` : null;
          if (isCurrent) setMade({ publication, fault });
        },
        (error: unknown) => {
          if (!isCurrent) return;
          setMade({ publication: null, fault: t`The run can’t be read: ${reasonOf(error)}.` });
        },
      );
    return () => {
      isCurrent = false;
    };
  }, [openLibrary, id, name]);
  return made;
}
