/**
 * An element with attributes and children. Text is always text: nothing that the chain says becomes markup.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` are listeners
 * @param {...(Node | string | number | false | undefined | null)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | number | false | undefined | null)} children
 * @returns {SVGElement}
 */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Record<string, unknown>} attributes
 * @param {readonly (Node | string | number | false | undefined | null)[]} children
 * @returns {T}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on') && typeof value === 'function') {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  for (const child of children) {
    if (child !== false && child !== undefined && child !== null)
      element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * The element of the page that has this id.
 * @template {typeof HTMLElement} [T=typeof HTMLElement]
 * @param {string} id
 * @param {T} [type]
 * @returns {InstanceType<T>}
 */
export function part(id, type) {
  const element = document.getElementById(id);
  const expected = type ?? HTMLElement;
  if (element instanceof expected) return /** @type {InstanceType<T>} */ (element);
  throw new Error(`The page has no ${expected.name} with the id "${id}"`);
}

/**
 * Who works by keyboard stays where they are.
 * @param {HTMLElement} parent
 * @param {readonly (Node | false)[]} children
 */
export function replaceKeepingFocus(parent, children) {
  const id = parent.contains(document.activeElement) ? document.activeElement?.id : undefined;
  parent.replaceChildren(...children.filter((child) => child !== false));
  if (id) document.getElementById(id)?.focus();
}
