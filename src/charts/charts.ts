/** The charts that the page loads when it is idle. */
export { LayerChart } from './LayerChart.tsx';
export { MetricChart } from './MetricChart.tsx';
export { ProfileChart } from './ProfileChart.tsx';
