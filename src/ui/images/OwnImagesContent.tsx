/** Chooses images of one's own, says what became of them, and lists those that are kept. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { chosenFiles, type Given } from '../../app/givenFiles.ts';
import { patchForImages } from '../../app/imageSources.ts';
import { OwnImages } from '../../app/ownImages.ts';
import { formatBytes, formatCount } from '../../charts/format.ts';
import type { KeptImages } from '../../data/own/imageStore.ts';
import { useBuilder, useSelectedRun } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import './images.css';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

/** One worker a page. */
let shared: OwnImages | null = null;
function ownImages(): OwnImages {
  shared ??= new OwnImages();
  return shared;
}

const ACCEPTED = '.zip,.parquet,.gz,.tgz,.tar,.bin,image/png,image/jpeg,image/webp,image/gif';

export function OwnImagesContent({ given }: { readonly given: Given | null }) {
  const builder = useBuilder();
  const run = useSelectedRun();
  const [images] = useState(ownImages);
  const { reading, error, kept, damaged, latest } = useStore(images.store);
  const taken = useRef<Given | null>(null);
  const status = useRef<HTMLDivElement>(null);
  const use = (set: KeptImages) => {
    builder.edit(patchForImages(set));
    builder.settle();
  };
  const read = async (files: Given) => {
    const set = await images.read(files);
    if (set !== null) use(set);
  };
  useEffect(() => {
    void images.list();
  }, [images]);
  useEffect(() => {
    if (given === null || taken.current === given) return;
    taken.current = given;
    void read(given);
  }, [given]);
  const isReading = reading !== null;
  // What was dropped elsewhere on the page is read out of sight.
  useEffect(() => {
    if (given !== null) status.current?.scrollIntoView({ block: 'center' });
  }, [given, isReading]);
  const inUse = (run?.draft ?? run?.config)?.data;
  return (
    <div className="column own-images">
      <div className="row">
        <FilesChoice
          label={t`Folder of class folders`}
          isFolder
          onChoose={(files) => read(files)}
        >{t`Choose a folder`}</FilesChoice>
        <FilesChoice
          label={t`Archive of images`}
          onChoose={(files) => read(files)}
        >{t`Choose a file`}</FilesChoice>
      </div>
      <p className="hint">{t`Or drop one on the page: a folder or zip with a folder for each class (PNG, JPEG, WebP, GIF), Parquet files, or the archives of CIFAR-10, CIFAR-100 or Fashion-MNIST. Images are resized and cropped to 32×32 pixels, and do not leave this browser.`}</p>
      <div ref={status}>
        <p aria-live="polite">
          {isReading && t`Reading: ${reading} …`}
          {!isReading && latest !== null && (
            <>
              <b>{t`${latest.title} was read.`}</b> {latest.remarks.join(' ')}
            </>
          )}
        </p>
        <ErrorText>{error !== null && t`${error} Nothing was changed.`}</ErrorText>
      </div>
      {damaged.map((sha256) => (
        <p key={sha256} className="error">
          {t`A kept image set (${sha256.slice(0, 8)}…) is damaged and can’t be used.`}{' '}
          <button
            type="button"
            className="link"
            onClick={() => images.remove(sha256)}
          >{t`Delete it`}</button>
        </p>
      ))}
      {kept !== null && kept.length > 0 && (
        <ul className="kept-images" aria-label={t`Images kept in this browser`}>
          {kept.map((set) => (
            <li key={set.sha256}>
              <b>{set.title}</b>
              <p className="hint">{t`${summaryOf(set)}; ${formatBytes(set.bytes)} in this browser`}</p>
              <div className="row hint">
                {isUsed(set, inUse) ? (
                  t`In use`
                ) : (
                  <button type="button" className="link" onClick={() => use(set)}>
                    <Rich
                      text={t`Train on these<what> images, ${set.title}</what>`}
                      marks={{ what: (inner) => <span className="visually-hidden">{inner}</span> }}
                    />
                  </button>
                )}
                <button type="button" className="link" onClick={() => images.remove(set.sha256)}>
                  {t`Delete`}
                  <span className="visually-hidden"> {set.title}</span>
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function isUsed(
  { sha256, dataset }: KeptImages,
  data: { readonly source: string; readonly imagesSha256?: string | undefined } | undefined,
): boolean {
  return dataset === null ? data?.imagesSha256 === sha256 : data?.source === dataset;
}

const summaryOf = ({ classNames, train, test }: KeptImages): string =>
  t`${formatCount(classNames.length)} classes, ${formatCount(train)} training and ${formatCount(test)} test images`;

interface FilesChoiceProps {
  readonly label: string;
  readonly children: string;
  readonly isFolder?: boolean;
  readonly onChoose: (files: Given) => void;
}

/** A button that opens the dialog for files or for a folder. */
function FilesChoice({ label, children, isFolder = false, onChoose }: FilesChoiceProps) {
  return (
    <label className="file-button">
      <span>{children}</span>
      <input
        type="file"
        className="visually-hidden"
        multiple
        aria-label={label}
        {...(isFolder ? { webkitdirectory: '' } : { accept: ACCEPTED })}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          if (files.length > 0) onChoose(chosenFiles(files));
        }}
      />
    </label>
  );
}
