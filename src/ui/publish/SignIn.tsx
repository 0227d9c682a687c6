/** Whose name the model is published under: the hub's own page, or an access token. */
import { useId, useState } from 'react';
import { clientId } from '../../app/publish/signIn.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

interface SignInProps {
  readonly isConnecting: boolean;
  readonly onSignIn: (clientId: string) => void;
  readonly onCancel: () => void;
  readonly onToken: (token: string) => void;
}

export function SignIn({ isConnecting, onSignIn, onCancel, onToken }: SignInProps) {
  const client = clientId();
  return (
    <section className="column" aria-label={t`Sign in`}>
      {client !== null && (
        <div className="row">
          <button
            type="button"
            className="primary"
            disabled={isConnecting}
            onClick={() => onSignIn(client)}
          >{t`Sign in with Hugging Face`}</button>
          {isConnecting && <button type="button" onClick={onCancel}>{t`Cancel`}</button>}
          <p className="hint">{t`In a tab of its own; training goes on here.`}</p>
        </div>
      )}
      {client === null ? (
        <TokenForm isConnecting={isConnecting} onToken={onToken} />
      ) : (
        <details>
          <summary>{t`Paste an access token instead`}</summary>
          <TokenForm isConnecting={isConnecting} onToken={onToken} />
        </details>
      )}
    </section>
  );
}

function TokenForm({ isConnecting, onToken }: Pick<SignInProps, 'isConnecting' | 'onToken'>) {
  const id = useId();
  const [token, setToken] = useState('');
  return (
    <form
      className="column field"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token.trim());
      }}
    >
      <label htmlFor={id}>{t`Access token`}</label>
      <div className="row token-row">
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          aria-describedby={`${id}-note`}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" disabled={isConnecting || token.trim() === ''}>
          {isConnecting ? t`Connecting …` : t`Connect`}
        </button>
      </div>
      <p id={`${id}-note`} className="hint">
        <Rich
          text={t`A token with write access, from <a>your settings at Hugging Face</a>. It is forgotten when this dialog closes.`}
          marks={{
            a: (inner) => (
              <a href="https://huggingface.co/settings/tokens" target="_blank" rel="noreferrer">
                {inner}
              </a>
            ),
          }}
        />
      </p>
    </form>
  );
}
