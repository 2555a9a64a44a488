import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Extracts the files of a commit into a folder, which it returns. Not a worktree, so that the repository keeps no trace of
 * it. The packages are those of the working tree where the lockfile is the same, else they are installed.
 */
export function checkOut(root: string, commit: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const lockfile = (checkout: string) => readFileSync(join(checkout, 'package-lock.json'), 'utf8');
  if (lockfile(folder) === lockfile(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--no-progress', '--loglevel=error'], { cwd: folder, stdio: 'pipe' });
  return folder;
}

export function commitOf(root: string, ref: string): string {
  try {
    const options = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
    return execFileSync('git', options, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (cause) {
    throw new Error(`BASE is ${JSON.stringify(ref)}: expected a commit, a tag or a branch of this repository`, {
      cause,
    });
  }
}
