import { emulated, label, type SupportTable, without } from '../template/check-support.ts';

export const supportedProperties: SupportTable = {
  'AWS::ApiGatewayV2::Api': {
    properties: {
      ProtocolType: emulated,
      'CorsConfiguration.AllowOrigins.*': emulated,
      'CorsConfiguration.AllowMethods.*': emulated,
      'CorsConfiguration.AllowHeaders.*': emulated,
      Name: label,
      Description: label,
      'Tags.**': label,
    },
  },
  'AWS::ApiGatewayV2::Stage': {
    properties: {
      ApiId: emulated,
      StageName: emulated,
      AutoDeploy: emulated,
      'AccessLogSettings.DestinationArn': emulated,
      'AccessLogSettings.Format': emulated,
      'DefaultRouteSettings.ThrottlingBurstLimit': emulated,
      'DefaultRouteSettings.ThrottlingRateLimit': emulated,
      'DefaultRouteSettings.DetailedMetricsEnabled': without('metrics are by API and by stage, not by route'),
      Description: label,
      'Tags.**': label,
    },
  },
  'AWS::ApiGatewayV2::Route': {
    properties: { ApiId: emulated, RouteKey: emulated, Target: emulated, AuthorizationType: emulated },
  },
  'AWS::ApiGatewayV2::Integration': {
    properties: {
      ApiId: emulated,
      IntegrationType: emulated,
      IntegrationUri: emulated,
      PayloadFormatVersion: emulated,
      TimeoutInMillis: emulated,
      Description: label,
    },
  },
};
