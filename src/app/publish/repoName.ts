/** Names of repositories on the Hugging Face hub. */
import { t } from '../../text/t.ts';

/** Why the hub would not take the name; null where it would. */
export function repoNameFault(name: string): string | null {
  if (name === '') return t`The model needs a name.`;
  if (name.length > 96) return t`A name has 96 characters at most.`;
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return t`Letters, digits, hyphens, dots and underscores only.`;
  if (/^[-.]|[-.]$|--|\.\./.test(name)) {
    return t`No hyphen or dot at either end, and no two of them in a row.`;
  }
  return /\.(git|ipynb)$/.test(name) ? t`The name can’t end in .git or .ipynb.` : null;
}

/** A name that the hub takes, after what the run is called. */
export function suggestedRepoName(title: string): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/\.\.+/g, '.')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 90);
  return repoNameFault(name) === null ? name : 'resnet';
}
