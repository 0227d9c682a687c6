/** Weights of each run, all metrics, every figure as SVG or PNG. */
import { DropdownMenu } from 'radix-ui';
import { lazy, Suspense, useRef, useState } from 'react';
import { runColour, runDash } from '../charts/palette.ts';
import type { RunView } from '../runs/state.ts';
import { DEFAULT_EXPORT } from '../weights/formats/registry.ts';
import { usePage, useSession } from './context.ts';
import { saveFile } from './saveFile.ts';

const ExportDialog = lazy(() =>
  import('./export/ExportDialog.tsx').then(({ ExportDialog }) => ({ default: ExportDialog })),
);

const FIGURES = ['Loss', 'Accuracy', 'Gradient norm by layer'] as const;

/** `Gradient norm by layer` → `gradient-norm-by-layer` */
const fileName = (figure: string) => figure.toLowerCase().replaceAll(' ', '-');

async function saveFigure(
  name: string,
  format: 'svg' | 'png',
  runs: readonly RunView[],
): Promise<void> {
  const key = runs.map(({ name, slot }) => ({
    name,
    colour: runColour(slot),
    dash: runDash(slot),
  }));
  const figure = document.querySelector<HTMLElement>(`figure[aria-label="${name}"]`);
  if (figure === null) throw new Error(`The figure ${name} is not on the page now.`);
  const { figureToPng, figureToSvg } = await import('../charts/exportImage.ts');
  if (format === 'svg')
    saveFile(`${fileName(name)}.svg`, 'image/svg+xml', figureToSvg(figure, key));
  else saveFile(`${fileName(name)}.png`, 'image/png', await figureToPng(figure, key));
}

/** Opens at once: it is loaded when it is first asked for. */
export function ExportMenuContent() {
  const session = useSession();
  const [error, setError] = useState<string | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const [isChoosing, setIsChoosing] = useState(false);
  const { runs, isUsable } = usePage(({ runs, unsupported }) => ({
    runs,
    isUsable: unsupported === null && runs.length > 0,
  }));
  const save = (name: string, format: 'svg' | 'png') => {
    setError(null);
    saveFigure(name, format, runs).catch((reason: unknown) =>
      setError(reason instanceof Error ? reason.message : String(reason)),
    );
  };
  return (
    <>
      <DropdownMenu.Root modal={false} defaultOpen>
        <DropdownMenu.Trigger asChild disabled={!isUsable}>
          <button ref={trigger} type="button">
            Export<span aria-hidden="true"> ▾</span>
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
            <DropdownMenu.Label>Weights, with torchvision’s names</DropdownMenu.Label>
            {runs.map(({ id, name }) => (
              <DropdownMenu.Item
                key={id}
                onSelect={() => session.exportNetwork(id, DEFAULT_EXPORT)}
              >
                {name} <span className="faint">.safetensors</span>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item onSelect={() => setIsChoosing(true)}>
              Other formats… <span className="faint">PyTorch, ONNX, TensorFlow.js, NumPy</span>
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>Continue in PyTorch, on one GPU or many</DropdownMenu.Label>
            {runs.map(({ id, name }) => (
              <DropdownMenu.Item
                key={id}
                onSelect={() => session.send({ type: 'continueInPyTorch', id })}
              >
                {name} <span className="faint">.zip</span>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Separator />
            <DropdownMenu.Label>All series of all runs</DropdownMenu.Label>
            <DropdownMenu.Item onSelect={() => session.exportMetrics()}>
              Metrics <span className="faint">.csv</span>
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>All runs, to go on from exactly here</DropdownMenu.Label>
            <DropdownMenu.Item onSelect={() => session.exportCheckpoint()}>
              Checkpoint <span className="faint">.safetensors</span>
            </DropdownMenu.Item>
            <DropdownMenu.Separator />
            <DropdownMenu.Label>Figures, as they look now</DropdownMenu.Label>
            {FIGURES.flatMap((figure) =>
              (['svg', 'png'] as const).map((format) => (
                <DropdownMenu.Item
                  key={`${figure}.${format}`}
                  onSelect={() => save(figure, format)}
                >
                  {figure} <span className="faint">.{format}</span>
                </DropdownMenu.Item>
              )),
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {isChoosing && (
        <Suspense fallback={null}>
          <ExportDialog
            onClose={() => setIsChoosing(false)}
            restoreFocus={() => trigger.current?.focus()}
          />
        </Suspense>
      )}
      {error !== null && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </>
  );
}
