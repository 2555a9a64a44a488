import { expect, test } from 'vitest';
import { config } from '../../src/config.ts';
import { onlyOf, type Tree, templateOf } from './synthesized.ts';

const template = templateOf();
const stage = onlyOf(template, 'AWS::ApiGatewayV2::Stage').Properties;

test('the API has one route for every method, on the default stage, which adds nothing to the path', () => {
  expect(onlyOf(template, 'AWS::ApiGatewayV2::Route').Properties.RouteKey).toBe('ANY /resize');
  expect(stage).toMatchObject({ StageName: '$default', AutoDeploy: true });
  expect(onlyOf(template, 'AWS::ApiGatewayV2::Integration').Properties).toMatchObject({
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
  });
});

test.each(['staging', 'prod'] as const)('the throttle of %s is what the config says', (name) => {
  const settings = onlyOf(templateOf({ stage: name }), 'AWS::ApiGatewayV2::Stage').Properties.DefaultRouteSettings;
  const { apiRate, apiBurst } = config.capacity[name];
  expect(settings).toEqual({ ThrottlingRateLimit: apiRate, ThrottlingBurstLimit: apiBurst });
});

test('CORS is the business of the Lambda, whose headers an API with CORS of its own would discard', () => {
  const { Properties } = onlyOf(template, 'AWS::ApiGatewayV2::Api');
  expect(Properties.ProtocolType).toBe('HTTP');
  expect(Properties.CorsConfiguration).toBeUndefined();
});

test('every request is one line of JSON in a log that ends', () => {
  const log = onlyOf(template, 'AWS::Logs::LogGroup', 'ResizeApi');
  expect(stage.AccessLogSettings.DestinationArn).toEqual({ 'Fn::GetAtt': [log.id, 'Arn'] });
  const fields: Record<string, string> = JSON.parse(stage.AccessLogSettings.Format);
  for (const field of Object.values(fields)) expect(field).toMatch(/^\$context\.[A-Za-z.]+$/);
  expect(fields).toMatchObject({ status: '$context.status', requestId: '$context.requestId' });
  expect(log.Properties.RetentionInDays).toBe(config.logs.retentionDays);
});

test('the Lambda lets itself be called by this route of this API only', () => {
  const permission: Tree = onlyOf(template, 'AWS::Lambda::Permission').Properties;
  expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
  expect(JSON.stringify(permission.SourceArn)).toContain(onlyOf(template, 'AWS::ApiGatewayV2::Api').id);
  expect(JSON.stringify(permission.SourceArn)).toContain('/resize"');
});
