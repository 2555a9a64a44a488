import type { Fault } from './incident.ts';
import type { Scene } from './scene.ts';

/**
 * A Lambda that stores half of each derivative. The real one runs; before its redirect gets out, what it has stored is
 * cut, so that S3, the edge and viewers meet what such a release would leave there.
 */
export function storesHalves({ chain, pictures }: Scene): Fault {
  return {
    inject() {
      chain.between.invoke = async (call, lambda) => {
        const result = await lambda(...call);
        const key = result.outcome === 'returned' ? redirectedTo(result.payload) : undefined;
        const stored = key === undefined ? undefined : await pictures.read('derivatives', key);
        if (key !== undefined && stored) {
          const half = stored.bytes.subarray(0, stored.bytes.length >> 1);
          await pictures.put('derivatives', key, { ...stored, bytes: half });
        }
        return result;
      };
    },
    heal() {
      delete chain.between.invoke;
    },
  };
}

function redirectedTo(payload: string): string | undefined {
  const { headers = {} } = JSON.parse(payload) as { headers?: Readonly<Record<string, string>> };
  const location = headers.Location ?? headers.location;
  return location === undefined ? undefined : decodeURIComponent(new URL(location).pathname.slice(1));
}
