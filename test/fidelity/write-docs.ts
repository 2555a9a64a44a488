/** `make docs`: writes the generated parts of docs/fidelity.md. */
import { writeParts } from '../../docs/generated.ts';
import { renderFidelity } from './render.ts';

writeParts('docs/fidelity.md', renderFidelity());
