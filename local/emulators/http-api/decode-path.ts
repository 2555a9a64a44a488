/**
 * The path as an HTTP API gives it to the Lambda. Recorded in July 2026 (hotsock/voker, `ingress-paths.json`): it is
 * decoded twice, and what an encoded question mark leaves behind is cut off between the two. `undefined` when the second
 * pass finds a percent sign that encodes nothing, which API Gateway answers with 400.
 */
export function decodePath(raw: string): string | undefined {
  const once = percentDecode(raw);
  const [path = ''] = once?.split('?') ?? [];
  return once === undefined ? undefined : percentDecode(path);
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
