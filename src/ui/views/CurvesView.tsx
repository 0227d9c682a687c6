/** What the runs measure as they train, what they make of test images, and what a step costs. */
import { Figures } from '../results/Figures.tsx';
import { KernelTimes } from '../results/KernelTimes.tsx';
import { Samples } from '../results/Samples.tsx';

export function CurvesView() {
  return (
    <>
      <Figures />
      <Samples />
      <KernelTimes />
    </>
  );
}
