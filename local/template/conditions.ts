import { isList, isObject, type Json, type Template, TemplateError } from './template.ts';
import { asText, type Value } from './values.ts';

/** Whether a condition of the template holds, by its name. */
export function createConditions(template: Template, resolve: (value: Json, path: string) => Value) {
  function condition(name: string, path: string): boolean {
    const rule = template.Conditions?.[name];
    if (rule === undefined) throw new TemplateError(`${path}: there is no condition "${name}"`);
    return holds(rule, `Conditions.${name}`);
  }

  function holds(rule: Json, path: string): boolean {
    const [name, argument] = isObject(rule) ? (Object.entries(rule)[0] ?? []) : [];
    const list = isList(argument) ? argument : [];
    switch (name) {
      case 'Fn::Equals': {
        const [left, right] = list.map((side) => asText(resolve(side, path), path));
        return left === right;
      }
      case 'Fn::And':
        return list.every((one) => holds(one, path));
      case 'Fn::Or':
        return list.some((one) => holds(one, path));
      case 'Fn::Not':
        return !list.every((one) => holds(one, path));
      case 'Condition':
        return condition(asText(argument, path), path);
      default:
        throw new TemplateError(
          `${path}: unknown condition "${name}", expected Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition`,
        );
    }
  }

  return condition;
}
