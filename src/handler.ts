import { config } from './config.ts';
import { createHandler } from './create-handler.ts';
// Last: modules that are loaded after it load more slowly.
import './adapters/heap-growth.ts';

/** The entry of the Lambda. */
export const handler = createHandler(config, process.env);
