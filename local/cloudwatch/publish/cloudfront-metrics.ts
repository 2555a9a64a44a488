import type { EdgeRecord } from '../../emulators/cloudfront/edge-record.ts';
import type { Publisher, Put } from './publisher.ts';
import { createTallies } from './tallies.ts';

/** Charged apart, and there only with a monitoring subscription. */
const additionalStatuses = [401, 403, 404, 502, 503, 504];

/**
 * `AWS/CloudFront` of a distribution ("Types of metrics for CloudFront"). Rates are percentages of the requests of a
 * minute, and there is nothing of a minute without requests. Bytes are those of bodies.
 */
export function publishCloudFront(distributionId: string, additional: boolean, put: Put): Publisher {
  const minutes = createTallies((): EdgeRecord[] => []);
  const dimensions = { DistributionId: distributionId, Region: 'Global' };

  function publish(atSeconds: number, records: readonly EdgeRecord[]): void {
    const give = (name: string, value: number) =>
      put('cloudFront', { namespace: 'AWS/CloudFront', name, dimensions, atSeconds, value });
    const share = (isMeant: (record: EdgeRecord) => boolean) => percent(records.filter(isMeant), records);
    give('Requests', records.length);
    give('BytesDownloaded', total(records.filter(isDownload).map(({ bytes }) => bytes)));
    give('BytesUploaded', total(records.filter(isUpload).map(({ receivedBytes }) => receivedBytes)));
    give('TotalErrorRate', share(isError));
    give(
      '4xxErrorRate',
      share(({ status }) => status >= 400 && status < 500),
    );
    give(
      '5xxErrorRate',
      share(({ status }) => status >= 500),
    );
    if (!additional) return;
    for (const wanted of additionalStatuses)
      give(
        `${wanted}ErrorRate`,
        share(({ status }) => status === wanted),
      );
    const cacheable = records.filter((record) => !isError(record) && !isUpload(record));
    if (cacheable.length > 0) give('CacheHitRate', percent(cacheable.filter(isHit), cacheable));
    for (const { fromOrigin, milliseconds } of records) if (fromOrigin) give('OriginLatency', milliseconds);
  }

  return {
    hear(event) {
      if (event.kind === 'edge') minutes.of(event.at / 1000).push(event.record);
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) publish(atSeconds, tally);
    },
  };
}

const isError = ({ status }: EdgeRecord) => status >= 400;
/** "HTTP POST and PUT requests, and errors, are not considered cacheable requests." */
const isUpload = ({ method }: EdgeRecord) => method === 'POST' || method === 'PUT';
const isDownload = ({ method }: EdgeRecord) => method === 'GET' || method === 'HEAD';
/** A redirect is like any other answer here: a hit when it was kept. A copy that had to be asked about is no hit. */
const isHit = ({ resultType }: EdgeRecord) => resultType === 'Hit';

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const percent = (part: readonly unknown[], of: readonly unknown[]) => (100 * part.length) / of.length;
