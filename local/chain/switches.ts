import type { CloudFrontSwitches } from '../aws/cloudfront/time-to-live.ts';
import type { ApiSwitches } from '../aws/http-api/http-api.ts';
import type { WebsiteSwitches } from '../aws/website/website-handler.ts';

/** Facts about AWS that nothing public settles. Each setting is tested; the first deploy tells which ones are true. */
export type Switches = WebsiteSwitches & CloudFrontSwitches & ApiSwitches;

export const likelySwitches: Switches = {
  locationEncoding: 'once',
  missingKey: '404',
  queryInLocation: false,
  redirectCaching: 'documented',
  lambdaThrottled: '503',
};
