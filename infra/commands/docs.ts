/** `make docs`: writes the parts of the docs and of the front end's file that repeat the configuration. */
import { markdownTable } from 'markdown-table';
import { renderDocs } from '../../dashboards/render/render-docs.ts';
import { writeParts } from '../../docs/generated.ts';
import { config, type Preset } from '../../src/config.ts';
import { allowedPresets, maxRoutingRules, negotiatedPresets } from '../../src/core/presets.ts';
import { browserRequestsTable } from '../browser-requests.ts';
import { documentedSettings } from '../constructs/monitoring-settings.ts';
import { attackText, documentedCost } from '../print-cost.ts';

const names = [...allowedPresets(config.presets).keys()];

/** The generated parts of each file. */
export const generatedParts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/url.ts': { presets: presetNames() },
  'docs/operating.md': { cost: documentedCost() },
  'docs/decisions/026-an-hour-in-browsers.md': { 'browser-requests': browserRequestsTable() },
  'docs/security.md': { attack: attackText() },
  'README.md': { presets: presets(), limits: limits(), replaced: replaced() },
  ...renderDocs(documentedSettings()),
};

if (import.meta.main) for (const [file, parts] of Object.entries(generatedParts)) writeParts(file, parts);

function presetNames(): string {
  const type = ['export type PresetName =', ...names.map((name) => `  | '${name}'`)].join('\n');
  return `/** The presets of \`src/config.ts\`. */\n${type};`;
}

function presets(): string {
  const negotiated = negotiatedPresets(config.presets);
  const rows = Object.entries<Preset>(config.presets).map(([name, { fit, formats }]) => [
    `\`${name}\``,
    fit === 'cover' ? 'fills the size, crops the rest' : 'keeps the whole image, at this width',
    [
      name in negotiated ? 'by `Accept`' : 'same as the original',
      ...formats.map((format) => `\`${name}.${format}\``),
    ].join(', '),
  ]);
  const table = markdownTable([['preset', 'the image', 'formats'], ...rows]);
  return `${table}\n\nThese are ${names.length} names of at most ${maxRoutingRules}: S3 takes ${maxRoutingRules} routing rules for each website, and each name needs one.`;
}

function replaced(): string {
  const { cache, objectives } = config;
  return markdownTable([
    ['after an upload under the same key', 'the new image shows'],
    ['in S3, and in sizes that nobody has requested', 'at once'],
    ['at CloudFront', `in seconds; 95 % within ${objectives.purgeSeconds} s is the objective`],
    [
      'in a browser that holds the old image',
      `at once by a URL with a new version, else after ${cache.browserSeconds / 3600} h (\`cache.browserSeconds\`, or the preset's own)`,
    ],
    [
      'without the purge (`purge` of `infra/environments.ts`)',
      `after ${cache.edgeSeconds / 86_400} days at CloudFront, ${cache.derivativeLifetimeDays} days in S3`,
    ],
  ]);
}

function limits(): string {
  const { maxOriginalBytes, maxOriginalPixels, maxOriginalSide, maxWorkingBytes, maxJpegScans, maxFrames } =
    config.limits;
  const million = (value: number) => value / 1e6;
  return markdownTable([
    ['an original has at most', ''],
    ['bytes', `${million(maxOriginalBytes)} MB`],
    ['pixels', `${million(maxOriginalPixels)} megapixels, ${maxOriginalSide.toLocaleString('en-US')} on a side`],
    ['memory while it is resized', `${million(maxWorkingBytes)} MB, see decision 009`],
    ['scans of a progressive JPEG', `${maxJpegScans}`],
    ['frames, where the preset keeps the animation', `${maxFrames}`],
  ]);
}
