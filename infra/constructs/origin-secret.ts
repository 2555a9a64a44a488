import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * A secret that CloudFront sends to an origin: to the website as `Referer`, which the bucket's policy requires, and to the
 * API as `X-Origin-Verify`, which the Lambda requires. CloudFormation does not see a changed value of a secret, but it
 * sees a new secret: so each generation is a new one.
 */
export class OriginSecret extends Construct {
  /** What CloudFront sends: a reference that CloudFormation resolves, so the template never has the value. */
  readonly sent: string;
  /** What the origin accepts: also the generation before, while some edges still send it. */
  readonly accepted: readonly string[];

  constructor(scope: Construct, id: string, { generation, origin }: { generation: number; origin: string }) {
    super(scope, id);
    if (!Number.isInteger(generation) || generation < 1) {
      throw new Error(`secretGeneration is ${generation}, expected a whole number of at least 1`);
    }
    const generations = generation === 1 ? [1] : [generation, generation - 1];
    this.accepted = generations.map((number) => this.secret(number, origin));
    this.sent = this.accepted[0] ?? '';
  }

  private secret(generation: number, origin: string): string {
    const secret = new Secret(this, `Generation${generation}`, {
      description: `Sent by CloudFront to ${origin}`,
      // Letters and digits only, since the value is a header and part of a policy.
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return secret.secretValue.unsafeUnwrap();
  }
}
