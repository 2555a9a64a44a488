/** The samples of one metric within one minute, as far as they became visible at the same time. */
export interface Bucket {
  readonly minute: number;
  readonly visibleAtSeconds: number;
  sum: number;
  count: number;
  least: number;
  most: number;
  /** What a percentile is taken of: all values, or every second, fourth … of a minute that has very many. */
  values: number[];
  /** Each value stands for so many. */
  stride: number;
}

/** CloudWatch keeps minutes for 15 days; here those count in which there was anything. */
const keptBuckets = 15 * 24 * 60;
/** Percentiles of a minute are of so many values at most: CloudWatch's are estimates, too. */
const mostValues = 2048;

const nothing = { sum: 0, count: 0, least: Infinity, most: -Infinity, stride: 1 };

/** Buckets of one metric, by time. */
export class MinuteBuckets {
  readonly #buckets: Bucket[] = [];

  add(atSeconds: number, visibleAtSeconds: number, value: number): void {
    addTo(this.#bucketOf(Math.floor(atSeconds / 60), visibleAtSeconds), value);
  }

  #bucketOf(minute: number, visibleAtSeconds: number): Bucket {
    let index = this.#buckets.length;
    // Nearly always the last one.
    while (index > 0 && isAfter(this.#buckets[index - 1], minute, visibleAtSeconds)) index -= 1;
    const found = this.#buckets[index - 1];
    if (found?.minute === minute && found.visibleAtSeconds === visibleAtSeconds) return found;
    const bucket: Bucket = { minute, visibleAtSeconds, ...nothing, values: [] };
    this.#buckets.splice(index, 0, bucket);
    // Cut in larger pieces: to shift a long list by one for each minute would cost more than the minute.
    if (this.#buckets.length > keptBuckets * 1.1) this.#buckets.splice(0, this.#buckets.length - keptBuckets);
    return bucket;
  }

  /** Those of the minutes from the first up to and without the last, oldest first. */
  *between(firstMinute: number, endMinute: number): Iterable<Bucket> {
    for (let index = this.#indexOf(firstMinute); index < this.#buckets.length; index += 1) {
      const bucket = this.#buckets[index];
      if (!bucket || bucket.minute >= endMinute) return;
      yield bucket;
    }
  }

  #indexOf(minute: number): number {
    let low = 0;
    let high = this.#buckets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle]?.minute ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAfter(bucket: Bucket | undefined, minute: number, visibleAtSeconds: number): boolean {
  if (bucket === undefined || bucket.minute < minute) return false;
  return bucket.minute > minute || bucket.visibleAtSeconds > visibleAtSeconds;
}

function addTo(bucket: Bucket, value: number): void {
  bucket.sum += value;
  bucket.least = Math.min(bucket.least, value);
  bucket.most = Math.max(bucket.most, value);
  if (bucket.count % bucket.stride === 0) bucket.values.push(value);
  bucket.count += 1;
  if (bucket.values.length < mostValues) return;
  bucket.values = bucket.values.filter((_, index) => index % 2 === 0);
  bucket.stride *= 2;
}
