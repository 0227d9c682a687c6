/** Weights of each run, all metrics, every figure as SVG or PNG. */
import { DropdownMenu } from 'radix-ui';
import { Suspense, useRef, useState } from 'react';
import { statisticOf } from '../app/layerStatistics.ts';
import { DEFAULT_EXPORT } from '../weights/formats/registry.ts';
import { useLibraryOpener, usePage, useSession, useShownRuns } from './context.ts';
import { ErrorText } from './ErrorText.tsx';
import { lazily } from './lazily.tsx';
import { saveLogs } from './results/saveLogs.ts';
import { saveFigure } from './results/saveFigure.ts';
import { useChartSettings, useVisibleRuns } from './results/useChartFrame.ts';
import { useSaving } from './useSaving.ts';
import { menuContainer } from './menuContainer.ts';
import { t } from '../text/t.ts';

const PublishDialog = lazily(
  () => import('./publish/PublishDialog.tsx'),
  ({ PublishDialog }) => PublishDialog,
);
const ExportDialog = lazily(
  () => import('./export/ExportDialog.tsx'),
  ({ ExportDialog }) => ExportDialog,
);

const ending = (text: string) => (
  <span className="faint" translate="no">
    {text}
  </span>
);
const [WEIGHTS, ZIP, CSV] = [ending('.safetensors'), ending('.zip'), ending('.csv')];

/** Open from the start: it is loaded when it is first opened. */
export function ExportMenuContent() {
  const session = useSession();
  const openLibrary = useLibraryOpener();
  const { error, save } = useSaving();
  const trigger = useRef<HTMLButtonElement>(null);
  const [dialog, setDialog] = useState<'export' | 'publish' | null>(null);
  const { runs, isUsable } = usePage(({ runs, unsupported }) => ({
    runs,
    isUsable: unsupported === null && runs.length > 0,
  }));
  const all = useShownRuns();
  const shown = useVisibleRuns();
  const [{ statistic }] = useChartSettings();
  const ofLayers = statisticOf(
    statistic,
    shown.map(({ history }) => history),
  );
  const figures = [
    { id: 'loss', title: t`Loss` },
    { id: 'accuracy', title: t`Accuracy` },
    { id: 'layers', title: ofLayers.title },
  ];
  const dialogProps = {
    onClose: () => setDialog(null),
    restoreFocus: () => trigger.current?.focus(),
  };
  return (
    <>
      <DropdownMenu.Root modal={false} defaultOpen>
        <DropdownMenu.Trigger asChild disabled={!isUsable}>
          <button ref={trigger} type="button">
            {t`Export`}
            <span aria-hidden="true"> ▾</span>
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal container={menuContainer()}>
          <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Label>{t`Weights, with torchvision’s names`}</DropdownMenu.Label>
            {runs.map(({ id, name }) => (
              <DropdownMenu.Item
                key={id}
                onSelect={() => session.queries.exportNetwork(id, DEFAULT_EXPORT)}
              >
                {name} {WEIGHTS}
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item onSelect={() => setDialog('export')}>
              {t`Other formats…`} <span className="faint">PyTorch, ONNX, TensorFlow.js, NumPy</span>
            </DropdownMenu.Item>
            <DropdownMenu.Item onSelect={() => setDialog('publish')}>
              {t`Publish to Hugging Face…`} <span className="faint">{t`a model page`}</span>
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>{t`Continue in PyTorch, on one GPU or many`}</DropdownMenu.Label>
            {runs.map(({ id, name }) => (
              <DropdownMenu.Item
                key={id}
                onSelect={() => session.send({ type: 'continueInPyTorch', id })}
              >
                {name} {ZIP}
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Separator />
            <DropdownMenu.Label>{t`All series of all runs`}</DropdownMenu.Label>
            <DropdownMenu.Item onSelect={() => void session.exportMetrics(all)}>
              {t`Metrics`} {CSV}
            </DropdownMenu.Item>
            <DropdownMenu.Item onSelect={() => save(() => saveLogs(all, openLibrary))}>
              {t`TensorBoard, trackio, CSV and JSON`} {ZIP}
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>{t`All runs, to continue from exactly here`}</DropdownMenu.Label>
            <DropdownMenu.Item onSelect={() => session.queries.exportCheckpoint()}>
              {t`Checkpoint`} {WEIGHTS}
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>{t`Figures, as they look now`}</DropdownMenu.Label>
            {figures.flatMap((figure) =>
              (['svg', 'png'] as const).map((format) => (
                <DropdownMenu.Item
                  key={`${figure.id}.${format}`}
                  onSelect={() => save(() => saveFigure({ ...figure, format }, shown))}
                >
                  {figure.title} <span className="faint">.{format}</span>
                </DropdownMenu.Item>
              )),
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {dialog !== null && (
        <Suspense fallback={null}>
          {dialog === 'export' ? (
            <ExportDialog {...dialogProps} />
          ) : (
            <PublishDialog {...dialogProps} />
          )}
        </Suspense>
      )}
      <ErrorText>{error}</ErrorText>
    </>
  );
}
