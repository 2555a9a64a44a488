import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../local/dev/options.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const root = join(import.meta.dirname, '../../..');

describe('readOptions()', () => {
  test.each([
    [['--port', 'x'], '--port is "x": expected a whole number up to 65531'],
    [['--speed', '0'], '--speed is "0": expected a whole number from 1 up to 10000'],
    [['--schedules', 'maybe'], '--schedules is "maybe": expected yes, no'],
    [['--env', 'moon'], '--env is "moon": expected staging or prod'],
    [['--missing-key', '500'], '--missing-key is "500": expected 404, 403'],
    [['--logs', 'loud'], '--logs is "loud": expected text, json, errors'],
    [['--images', '/nowhere'], '--images is "/nowhere": expected a folder that exists'],
    [['--images', 'Makefile'], '--images is "Makefile": expected a folder that exists'],
    [['--code', 'Makefile'], '--code is "Makefile": expected a folder that exists'],
    [['--state', 'Makefile'], '--state is "Makefile", which is a file: expected a folder, or a name for a new one'],
    [['--state', 'Makefile/a/b'], '--state is "Makefile/a/b", which cannot be created: ENOTDIR'],
    [['--target', '/'], '--target is "/", which is a folder: expected a file, or a name for a new one'],
    [['--template', '/none.json'], '--template is "/none.json": expected a CloudFormation template in JSON'],
    [['--template', '/'], '--template is "/": expected a CloudFormation template in JSON'],
    [['--colour', 'blue'], "Unknown option '--colour'"],
  ])('refuses %j and says what it expected', (options, message) => {
    expect(() => readOptions(options)).toThrow(message);
  });

  // Node's own recursive mkdir never returns from there.
  test.runIf(existsSync('/proc/self'))('refuses a folder below /proc', () => {
    expect(() => readOptions(['--state', '/proc/x'])).toThrow('--state is "/proc/x", which cannot be created: ENOENT');
  });

  test('takes folders and files that exist or can be created', () => {
    const [state, targetFile] = [join(folder, 'new/state'), join(folder, 'new/target.json')];
    const options = ['--images', '~', '--code', folder, '--state', state, '--target', targetFile];
    expect(readOptions([...options, '--template', 'package.json'])).toMatchObject({
      imagesDirectory: homedir(),
      codeDirectory: folder,
      stateDirectory: state,
      targetFile,
      templateFile: join(root, 'package.json'),
    });
  });

  test('takes empty values for none, since the Makefile passes them', () => {
    const options = readOptions(['--images', '', '--state', '', '--template', '', '--port', '']);
    expect(options).toMatchObject({ edgePort: 8080, consolePort: 8084 });
    expect(options?.templateFile).toBe(join(root, 'cdk.out/ResizeOnMiss-staging.template.json'));
    expect(options).not.toHaveProperty('imagesDirectory');
    expect(options).not.toHaveProperty('stateDirectory');
  });

  test('uses free ports for port 0, and the four that follow for any other', () => {
    expect(readOptions(['--port', '0'])).toMatchObject({ edgePort: 0, consolePort: 0 });
    expect(readOptions(['--port', '0'])).not.toHaveProperty('apiPort');
    expect(readOptions(['--port', '9000'])).toMatchObject({ apiPort: 9001, websitePort: 9002, s3Port: 9003 });
  });
});
