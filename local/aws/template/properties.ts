import { isRecord, type Resource, TemplateError } from './template.ts';

/**
 * Reads resolved properties as typed values. Every error names the logical id, the path of the property, what was given
 * and what was expected. CloudFormation also accepts numbers and booleans written as text.
 */
export class Properties {
  readonly logicalId: string;
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(logicalId: string, values: unknown, path = '') {
    this.logicalId = logicalId;
    this.path = path;
    if (!isRecord(values)) {
      throw new TemplateError(`${logicalId}: ${path || 'Properties'} is ${JSON.stringify(values)}: expected an object`);
    }
    this.#values = values;
  }

  static of(resource: Pick<Resource, 'logicalId' | 'properties'>): Properties {
    return new Properties(resource.logicalId, resource.properties);
  }

  names(): string[] {
    return Object.keys(this.#values).filter((name) => this.has(name));
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  value(name: string): unknown {
    return this.#values[name];
  }

  text(name: string, fallback?: string): string {
    const value = this.#given(name, fallback);
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.refusal(name, 'text');
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  number(name: string, fallback?: number): number {
    const value = this.#given(name, fallback);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw this.refusal(name, 'a number');
  }

  flag(name: string, fallback?: boolean): boolean {
    const value = this.#given(name, fallback);
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.refusal(name, 'true or false');
  }

  oneOf<const T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const value = this.text(name, fallback);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.refusal(name, `one of ${choices.join(', ')}`);
    return choice;
  }

  texts(name: string): string[] {
    return this.#list(name).map((item) => {
      if (typeof item === 'string') return item;
      throw this.refusal(name, 'a list of texts');
    });
  }

  child(name: string): Properties | undefined {
    return this.has(name) ? new Properties(this.logicalId, this.#values[name], this.#pathOf(name)) : undefined;
  }

  children(name: string): Properties[] {
    return this.#list(name).map((item, at) => new Properties(this.logicalId, item, `${this.#pathOf(name)}.${at}`));
  }

  /** The error for a property whose value is not supported. */
  refusal(name: string, expected: string): TemplateError {
    const given = this.has(name) ? JSON.stringify(this.#values[name]) : 'missing';
    return new TemplateError(`${this.logicalId}: ${this.#pathOf(name)} is ${given}: expected ${expected}`);
  }

  #given(name: string, fallback: unknown): unknown {
    if (this.has(name)) return this.#values[name];
    if (fallback === undefined) throw this.refusal(name, 'a value');
    return fallback;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw this.refusal(name, 'a list');
    return value;
  }

  #pathOf(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }
}
