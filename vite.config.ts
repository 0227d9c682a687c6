import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  base: './',
  build: { target: 'es2023', assetsInlineLimit: 0 },
  worker: { format: 'es' },
});
