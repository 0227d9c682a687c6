import { lazily } from '../lazily.tsx';

export const LazyLayerDetail = lazily(
  () => import('./LayerDetail.tsx'),
  ({ LayerDetail }) => LayerDetail,
);
