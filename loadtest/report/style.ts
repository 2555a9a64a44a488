/** Of the report's page. Follows the reader's light or dark, and prints. */
export const style = `
:root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --faint: #eef1f6; --line: #d5dbe6; --bar: #5b8def; --mark: #16408f;
  --pass: #1b7f4b; --warn: #9a6a00; --void: #7a4fb0; --fail: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8f0; --paper: #151922; --faint: #1f2530; --line: #343c4b; --bar: #4f7fdc; --mark: #c3d6ff;
    --pass: #4cc38a; --warn: #e2a93b; --void: #b794e8; --fail: #ff7b72; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.5rem; border-top: .5rem solid var(--line); }
header.pass { border-color: var(--pass); } header.warn { border-color: var(--warn); }
header.void { border-color: var(--void); } header.fail { border-color: var(--fail); }
h1 { font-size: 1.35rem; line-height: 1.35; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
h2 small { font-weight: normal; font-size: .9rem; opacity: .75; }
p { margin: .4rem 0 .8rem; }
code { font: .88em ui-monospace, monospace; background: var(--faint); padding: .05em .3em; border-radius: .2em; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid var(--faint); font-weight: normal; white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-size: .85rem; opacity: .75; border-bottom-color: var(--line); }
tfoot th, tfoot td { font-weight: bold; border-top: 1px solid var(--line); }
.latencies { width: 100%; }
.bar { width: 40%; padding-right: 0; }
.bar svg { display: block; width: 100%; height: .9rem; }
.bar rect { fill: var(--bar); } .bar rect.median { fill: var(--mark); }
.bar line { stroke: var(--bar); stroke-width: 1; vector-effect: non-scaling-stroke; }
.findings { padding-left: 1.1rem; } .findings ul { margin: .2rem 0 .5rem; }
.fail { color: var(--fail); } .void { color: var(--void); } .warn { color: var(--warn); } .note { opacity: .75; }
header.fail, header.void, header.warn { color: inherit; }
.slower td, .slower th { color: var(--fail); }
@media (max-width: 40rem) { .bar, thead th:last-child { display: none; } }
`;
