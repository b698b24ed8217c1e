/** Of the HTML report: light and dark by the reader's own setting, colours that the colour-blind can tell apart. */
export const reportStyle = `
:root { --ink: #1b1f24; --soft: #5b6570; --paper: #ffffff; --line: #dfe3e8; --panel: #f6f8fa;
  --c0: #0b6bcb; --c1: #c2410c; --c2: #15803d; --c3: #9333ea; --c4: #b45309; --c5: #0e7490; --c6: #be185d; --c7: #4d5562; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #9aa5b1; --paper: #14181d; --line: #303842; --panel: #1b2027;
    --c0: #5aa9f8; --c1: #fb923c; --c2: #4ade80; --c3: #c084fc; --c4: #fbbf24; --c5: #22d3ee; --c6: #f472b6; --c7: #aab4c0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 18px; margin: 32px 0 4px; }
p { margin: 0 0 8px; max-width: 75ch; }
.facts, .note, small { color: var(--soft); }
.note { font-size: 13px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 16px 0 0; padding: 8px 12px;
  position: sticky; top: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; font-size: 14px; z-index: 1; }
.legend li { display: flex; align-items: center; gap: 7px; }
.key { width: 14px; height: 14px; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 16px; }
figure { margin: 0; padding: 12px 12px 6px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); }
figcaption { font-size: 13px; color: var(--soft); margin-bottom: 6px; }
figcaption b { color: var(--ink); margin-right: 6px; }
figure svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--line); stroke-width: 1; }
.tick, .axis { fill: var(--soft); font-size: 11.5px; font-family: inherit; }
.series { color: var(--c7); fill: currentColor; stroke: currentColor; }
.series polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.series .bar { stroke-width: 1.5; opacity: .6; }
${[0, 1, 2, 3, 4, 5, 6, 7].map((colour) => `.series.c${colour} { color: var(--c${colour}); }`).join("\n")}
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; }
th small { font-weight: 400; }
th[scope="row"] { text-align: left; position: sticky; left: 0; background: var(--paper); }
thead th { background: var(--panel); vertical-align: bottom; }
thead th:first-child { text-align: left; }
tbody tr:last-child > * { border-bottom: 0; }
`;
