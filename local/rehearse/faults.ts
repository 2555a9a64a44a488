import type { Setup } from '../console/contract.ts';
import type { LambdaSettings } from '../emulators/lambda/lambda.ts';
import type { Fault as S3Fault } from '../emulators/s3-front/faults.ts';
import type { Chain } from '../start.ts';
import type { TemplateChange } from '../template/change-resources.ts';
import type { Fault } from './incident.ts';
import type { Scene } from './scene.ts';

/** A mistake that the console knows by name. */
export const setUp =
  (wanted: (now: Setup) => Partial<Setup>) =>
  ({ control }: Scene): Fault => ({
    inject: () => control.set(wanted(control.now())),
    heal: () => control.set(control.healthy),
  });

/** Another template for website, API and edge, as after a deploy or a change by hand. */
export const withTemplate =
  (change: TemplateChange) =>
  ({ chain: { stations } }: Scene): Fault => ({
    inject: () => stations.change(change),
    heal: () => stations.change(),
  });

/** What happens to the Lambda's calls of S3. */
export const withS3Fault =
  (fault: (buckets: Chain['s3']) => S3Fault) =>
  ({ chain }: Scene): Fault => {
    let end = (): void => {};
    return {
      inject() {
        end = chain.faults.add(fault(chain.s3));
      },
      heal: () => end(),
    };
  };

/** The first reads of each minute, which the chain has to wait for in real time: more of them would show nothing more. */
export function slowReads({ chain }: Scene): Fault {
  const { originals: bucket } = chain.s3;
  let end = (): void => {};
  const slowDown = (): void => {
    end();
    end = chain.faults.add({ operation: 'GetObject', bucket, times: 3, effect: { delayMilliseconds: 2500 } });
  };
  return { inject: slowDown, meanwhile: async () => slowDown(), heal: () => end() };
}

/** Nothing in the chain: it is the viewers who are different. */
export const byViewers = (): Fault => ({ inject() {}, heal() {} });

/** The settings of the Lambda, changed while it runs. */
export const withLambda =
  (settings: LambdaSettings) =>
  ({ chain: { lambda } }: Scene): Fault => ({
    inject: () => lambda.change(settings),
    heal: () => lambda.change(),
  });
