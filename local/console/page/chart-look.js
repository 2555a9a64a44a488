const series = 8;

/** A colour of the page's stylesheet. @param {string} name */
const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What charts are drawn in, in the scheme of the moment. */
export function look() {
  return {
    ink: variable('--ink'),
    soft: variable('--soft'),
    line: variable('--line'),
    surface: variable('--surface'),
    bad: variable('--loop'),
  };
}

/** Of a line without a colour of its own. @param {number} index */
export function colourOf(index) {
  return variable(`--series-${(index % series) + 1}`);
}
