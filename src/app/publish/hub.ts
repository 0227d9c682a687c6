/** The calls to the Hugging Face hub. Loaded when somebody asks to publish; nothing here runs by itself. */
import { commitIter, createRepo, HubApiError, whoAmI } from '@huggingface/hub';
import { HUB_URL } from './links.ts';
import { t } from '../../text/t.ts';

/** Who a token stands for. */
export interface Account {
  readonly name: string;
  /** Names under which it may publish: its own and its organizations'. */
  readonly owners: readonly string[];
}

export interface PublishedFile {
  readonly path: string;
  readonly content: ArrayBuffer | string;
}

export interface PublishRequest {
  readonly token: string;
  /** `name/resnet-20` */
  readonly repo: string;
  readonly isPrivate: boolean;
  readonly files: readonly PublishedFile[];
}

export type PublishProgress =
  | { readonly phase: 'creating' | 'committing' }
  /** @property share of all files' bytes that have arrived, 0–1. */
  | { readonly phase: 'uploading'; readonly share: number };

/** Why something was not published, in sentences for people. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

const COMMIT_TITLE = 'Published from Residual Playground';

/** @throws PublishError where the token is not accepted, may not write, or the hub cannot be reached. */
export async function accountOf(token: string, hubUrl: string = HUB_URL): Promise<Account> {
  const account = await explained(null, () => whoAmI({ accessToken: token, hubUrl }));
  if (account.auth.accessToken?.role === 'read') {
    throw new PublishError(
      t`This token is read-only. Create one with write access on huggingface.co, under Settings, Access Tokens.`,
    );
  }
  const organizations = account.type === 'user' ? account.orgs.map(({ name }) => name) : [];
  return { name: account.name, owners: [account.name, ...organizations] };
}

/**
 * Makes a repository and uploads the files in one commit.
 * @param isMade whether the repository is there from an attempt before, which failed later on.
 * @param onMade called once it is there.
 * @returns the address of the model's page.
 * @throws PublishError
 */
export async function publish(
  { token, repo, isPrivate, files }: PublishRequest,
  { isMade, onMade }: { readonly isMade: boolean; onMade(): void },
  onProgress: (progress: PublishProgress) => void,
  hubUrl: string = HUB_URL,
): Promise<string> {
  const designation = { type: 'model', name: repo } as const;
  if (!isMade) {
    onProgress({ phase: 'creating' });
    const visibility = isPrivate ? 'private' : 'public';
    await explained(repo, () =>
      createRepo({ repo: designation, accessToken: token, visibility, hubUrl }),
    );
    onMade();
  }
  const blobs = files.map(({ path, content }) => ({ path, content: new Blob([content]) }));
  const sizes = new Map(blobs.map(({ path, content }) => [path, content.size]));
  const arrived = new Map<string, number>();
  const total = blobs.reduce((sum, { content }) => sum + content.size, 0);
  await explained(repo, async () => {
    const operations = blobs.map((file) => ({ operation: 'addOrUpdate' as const, ...file }));
    const steps = commitIter({
      ...{ repo: designation, accessToken: token, operations, hubUrl },
      title: COMMIT_TITLE,
    });
    for await (const step of steps) {
      if (step.event === 'phase') {
        if (step.phase === 'committing') onProgress({ phase: 'committing' });
      } else if (step.state === 'uploading') {
        arrived.set(step.path, step.progress * (sizes.get(step.path) ?? 0));
        const share = [...arrived.values()].reduce((sum, bytes) => sum + bytes, 0) / total;
        onProgress({ phase: 'uploading', share });
      }
    }
  });
  return `${hubUrl}/${repo}`;
}

/** What the hub's refusals mean. @param repo null: nothing is being published yet. */
async function explained<T>(repo: string | null, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new PublishError(explanationOf(error, repo), { cause: error });
  }
}

function explanationOf(error: unknown, repo: string | null): string {
  if (error instanceof HubApiError) {
    const said = String(error.data?.error ?? error.data?.message ?? error.message).slice(0, 200);
    switch (error.statusCode) {
      case 401:
        return t`Hugging Face does not accept this token. It may be mistyped, expired or revoked: create a new one with write access.`;
      case 403:
        return repo === null
          ? t`Hugging Face refuses this token: ${said}`
          : t`This token may not write to ${repo}. Choose another account, or create a token that may write there.`;
      case 409:
        return t`There is a model ${repo ?? ''} already. Choose another name; nothing was changed there.`;
      case 429:
        return t`Hugging Face is limiting requests from here. Try again in a few minutes.`;
      default:
        return t`Hugging Face answered with an error (${error.statusCode}): ${said}`;
    }
  }
  // What `fetch` throws where no answer comes.
  if (error instanceof TypeError) {
    return t`Hugging Face could not be reached. Check the connection, then try again; your runs are as they were.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return t`The upload stopped: ${reason}. Try again; your runs are as they were.`;
}
