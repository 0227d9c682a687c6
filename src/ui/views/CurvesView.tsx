/** What the runs measure as they train, what they make of test images, and what a step costs. */
import { Figures } from '../results/Figures.tsx';
import { KernelTimes } from '../results/KernelTimes.tsx';
import { Samples } from '../results/Samples.tsx';
import { Shown } from '../sharing/Shown.tsx';

export function CurvesView() {
  return (
    <>
      <Figures />
      <Shown part="samples">
        <Samples />
      </Shown>
      <Shown part="kernel-times">
        <KernelTimes />
      </Shown>
    </>
  );
}
