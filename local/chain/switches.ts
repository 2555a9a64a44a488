import type { CloudFrontSwitches } from '../aws/cloudfront/time-to-live.ts';
import type { ApiSwitches } from '../aws/http-api/http-api.ts';
import type { WebsiteSwitches } from '../aws/website/website-handler.ts';

/** Facts about AWS that no public source settles. Every setting is tested. The first deploy shows which ones are true. */
export type Switches = WebsiteSwitches & CloudFrontSwitches & ApiSwitches;

export const likelySwitches: Switches = {
  locationEncoding: 'twice',
  missingKey: '404',
  queryInLocation: false,
  redirectCaching: 'documented',
  lambdaThrottled: '503',
};
