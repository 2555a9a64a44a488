/** Chromium and the fetch standard give up after as many. */
export const maxRedirects = 20;

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
