import { copyObject } from './copy-object.ts';
import type { Operation } from './operation.ts';
import { readObject } from './read-object.ts';
import { redirectHeader } from './stored-headers.ts';
import { deleteObject, putObject } from './write-object.ts';

const readHeaders = ['x-amz-checksum-mode', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const writeHeaders = ['if-match', 'if-none-match', redirectHeader];

export const objectOperations: readonly Operation[] = [
  { name: 'GetObject', method: 'GET', on: 'object', headers: readHeaders, run: readObject },
  { name: 'HeadObject', method: 'HEAD', on: 'object', headers: readHeaders, run: readObject },
  { name: 'PutObject', method: 'PUT', on: 'object', headers: writeHeaders, run: putObject },
  {
    name: 'CopyObject',
    method: 'PUT',
    on: 'object',
    marker: { header: 'x-amz-copy-source' },
    headers: [...writeHeaders, 'x-amz-metadata-directive'],
    run: copyObject,
  },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', run: deleteObject },
];
