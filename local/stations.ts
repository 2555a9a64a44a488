import { type ChainParts, readChainParts, type TemplateChoice } from './chain-parts.ts';
import { createApi, createEdge, createWebsite, type Invoke } from './doors.ts';
import type { CloudFront } from './emulators/cloudfront/cloudfront.ts';
import type { HttpHandler } from './http.ts';
import type { Storage } from './storage.ts';
import type { Template } from './template/template.ts';
import type { World } from './world.ts';

/**
 * Website, API and edge: what is made of the template alone. They can be made anew from a changed template while S3 and
 * the Lambda go on, so that a mistake in a setting can be looked at and taken back.
 */
export interface Stations {
  readonly website: HttpHandler;
  readonly api: HttpHandler;
  readonly edge: HttpHandler & Pick<CloudFront, 'invalidate' | 'forget' | 'remember'>;
  /** Of the template as it stands now. */
  parts(): ChainParts;
  /** Without a change, back to the stations of the start, with what their cache held. */
  change(change?: (template: Template) => Template): void;
}

interface Made {
  readonly parts: ChainParts;
  readonly website: HttpHandler;
  readonly api: HttpHandler;
  readonly edge: CloudFront;
}

export function createStations(
  choice: TemplateChoice,
  parts: ChainParts,
  world: World,
  storage: Storage,
  invoke: Invoke,
): Stations {
  const first = make(parts);
  let now = first;

  function make(of: ChainParts): Made {
    const website = createWebsite(of, world, storage);
    const api = createApi(of, world, invoke);
    return { parts: of, website, api, edge: createEdge(of, world, website, api) };
  }

  function changed(change: (template: Template) => Template): ChainParts {
    const changed = readChainParts({ ...choice, change: (source) => change(choice.change?.(source) ?? source) });
    for (const one of ['functions', 'buckets', 'websiteHost', 'distributionHosts'] as const) {
      if (JSON.stringify(changed[one]) === JSON.stringify(parts[one])) continue;
      throw new Error(`The change of the template reaches ${one}: expected one of website, API and edge alone`);
    }
    return changed;
  }

  const edge: HttpHandler = (request) => world.between.viewer?.(request, now.edge.https) ?? now.edge.https(request);
  return {
    website: (request) => now.website(request),
    api: (request) => now.api(request),
    edge: Object.assign(edge, {
      invalidate: (paths: readonly string[]) => now.edge.invalidate(paths),
      forget: () => now.edge.forget(),
      remember: () => now.edge.remember(),
    }),
    parts: () => now.parts,
    change(change) {
      now = change ? make(changed(change)) : first;
    },
  };
}
