import { randomBytes } from 'node:crypto';
import { secretNames } from './identities.ts';
import type { References } from './references.ts';
import { asText, isObject, type Json, type JsonObject, type Template, TemplateError } from './template.ts';

/** secretsmanager : ARN or name [: SecretString [: JSON key [: stage [: version ]]]] */
const secretReference =
  /^secretsmanager:(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::([^:]*)(?::[^:]*){0,2})?)?$/;

/** Replaces `{{resolve:secretsmanager:…}}` with a generated secret. Other services are refused by name. */
export function createDynamicReferences(template: Template, references: References) {
  const values = new Map<string, string>();

  function secretOf(name: string, path: string): string {
    for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::SecretsManager::Secret') continue;
      if (!secretNames(references.identity(logicalId, path)).includes(name)) continue;
      const value = values.get(logicalId) ?? generateSecret(Properties ?? {}, logicalId);
      values.set(logicalId, value);
      return value;
    }
    throw new TemplateError(`${path}: the template has no secret "${name}"`);
  }

  return (value: string, path: string): string =>
    value.replace(/\{\{resolve:([^}]*)\}\}/g, (reference, inner: string) => {
      const [, name, jsonKey] = secretReference.exec(inner) ?? [];
      if (!name) throw new TemplateError(`${path}: unknown dynamic reference "${reference}"`);
      const secret = secretOf(name, path);
      return jsonKey ? asText((JSON.parse(secret) as JsonObject)[jsonKey], path) : secret;
    });
}

function generateSecret({ SecretString, GenerateSecretString }: JsonObject, logicalId: string): string {
  if (SecretString !== undefined) return asText(SecretString, `${logicalId}.SecretString`);
  if (!isObject(GenerateSecretString)) {
    throw new TemplateError(`${logicalId}: a secret needs SecretString or GenerateSecretString`);
  }
  const { PasswordLength = 32, SecretStringTemplate, GenerateStringKey } = GenerateSecretString;
  const password = randomBytes(Number(PasswordLength)).toString('hex').slice(0, Number(PasswordLength));
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  const path = `${logicalId}.GenerateSecretString`;
  const fields = JSON.parse(asText(SecretStringTemplate, path)) as Record<string, Json>;
  return JSON.stringify({ ...fields, [asText(GenerateStringKey, path)]: password });
}
