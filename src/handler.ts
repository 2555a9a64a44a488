// First: what follows allocates.
import './adapters/heap-growth.ts';
import { config } from './config.ts';
import { createHandler } from './create-handler.ts';

/** The entry of the Lambda. */
export const handler = createHandler(config, process.env);
