import { render } from 'preact';
import { App } from './app.tsx';
import { ChainModel } from './chain-model.ts';
import { Problem } from './result.tsx';
import { getCatalogue, getOriginals, getState } from './server.ts';

try {
  const [catalogue, state, originals] = await Promise.all([getCatalogue(), getState(), getOriginals()]);
  render(<App model={new ChainModel(catalogue, state, originals)} />, document.body);
} catch (error) {
  render(<Problem error={error} />, document.body);
}
