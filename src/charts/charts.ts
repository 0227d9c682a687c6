/** The charts, loaded while the page is idle. */
export { LayerChart } from './LayerChart.tsx';
export { MetricChart } from './MetricChart.tsx';
export { ProfileChart } from './ProfileChart.tsx';
