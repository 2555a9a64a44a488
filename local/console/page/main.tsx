import { render } from 'preact';
import { App } from './app.tsx';
import { ChainModel } from './chain-model.ts';
import { Problem } from './result.tsx';
import { getCatalogue, getImages, getState } from './server.ts';

try {
  const [catalogue, state, images] = await Promise.all([getCatalogue(), getState(), getImages()]);
  render(<App model={new ChainModel(catalogue, state, images)} />, document.body);
} catch (error) {
  render(<Problem error={error} />, document.body);
}
