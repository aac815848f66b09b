/** How a report looks. No fonts and no pictures are fetched: it is read in rooms without a network. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #ffffff; --ink: #1b1f24; --soft: #59636e; --faint: #8b949e; --line: #e3e5e8; --code: #f4f5f6;
  --pass: #1a7f4b; --info: #35608f; --unknown: #7057a8; --warning: #9a6200; --critical: #c0262d;
  --pass-bg: #e6f5ec; --info-bg: #e8f0f8; --unknown-bg: #f0ecf8; --warning-bg: #fdf2dc; --critical-bg: #fdeaea;
  --heat-good: #bfe6cd; --heat-mid: #fbe3a6; --heat-bad: #f3a6a3; --none: #eceef0;
  --c1: #2f6fb2; --c2: #c5701a; --c3: #2c8c5a; --c4: #a4428f; --c5: #7a6a2f; --c6: #3c8a9e; --c7: #b3413c; --c8: #6a62b5;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e6e9ec; --soft: #a6b0ba; --faint: #76808a; --line: #30363c; --code: #15181b;
    --pass: #5cc48b; --info: #83b1e0; --unknown: #b6a2e6; --warning: #e5b454; --critical: #ff8683;
    --pass-bg: #16301f; --info-bg: #182a3c; --unknown-bg: #29223c; --warning-bg: #37290f; --critical-bg: #421b1d;
    --heat-good: #1d5a39; --heat-mid: #6b5314; --heat-bad: #87302f; --none: #262b30;
    --c1: #6fa8e0; --c2: #eb9d4f; --c3: #61c391; --c4: #d884c4; --c5: #c0b06a; --c6: #72c4d8; --c7: #ef8d87; --c8: #a8a1ec;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.6 var(--sans); -webkit-text-size-adjust: 100%; }
main { max-width: 1040px; margin: 0 auto; padding: 40px 28px 72px; }
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
h2 { font-size: 13px; font-weight: 650; letter-spacing: .04em; color: var(--soft); margin: 48px 0 14px; padding-bottom: 8px; border-bottom: 1px solid var(--line); }
:lang(zh) h2 { letter-spacing: .08em; font-size: 14px; }
.PASS { --tone: var(--pass); --tone-bg: var(--pass-bg); } .INFO { --tone: var(--info); --tone-bg: var(--info-bg); }
.UNKNOWN { --tone: var(--unknown); --tone-bg: var(--unknown-bg); } .WARNING { --tone: var(--warning); --tone-bg: var(--warning-bg); }
.CRITICAL { --tone: var(--critical); --tone-bg: var(--critical-bg); }
.badge { display: inline-flex; align-items: center; gap: 6px; padding: 2px 9px 2px 7px; border-radius: 999px; background: var(--tone-bg); color: var(--tone); font-size: 12px; font-weight: 650; letter-spacing: .02em; white-space: nowrap; }
.badge svg { width: 13px; height: 13px; flex: none; }
.kicker { display: flex; align-items: center; gap: 12px; color: var(--faint); font-size: 13px; margin-bottom: 14px; }
.kicker .badge { font-size: 14px; padding: 4px 13px 4px 10px; }
.kicker .badge svg { width: 16px; height: 16px; }
h1 { font-size: clamp(22px, 3.1vw, 31px); line-height: 1.28; font-weight: 680; letter-spacing: -.012em; text-wrap: pretty; max-width: 34em; overflow-wrap: anywhere; }
:lang(zh) h1 { letter-spacing: 0; line-height: 1.4; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 14px 28px; margin-top: 26px; padding-top: 20px; border-top: 1px solid var(--line); }
.facts dt { font-size: 12px; color: var(--faint); } .facts dd { font-size: 14px; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts .wide { grid-column: 1 / -1; } .facts .long { grid-column: span 2; }
.hosts { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 4px; }
.host { display: inline-flex; align-items: center; gap: 6px; font-size: 13px; padding: 2px 10px 2px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--card); }
.host i { width: 8px; height: 8px; border-radius: 50%; background: var(--tone); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px 18px; margin: 0 0 14px; position: relative; overflow: hidden; }
.card.toned { padding-left: 26px; } .card.toned::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 4px; background: var(--tone); }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; font-size: 13px; color: var(--soft); margin-bottom: 8px; }
.head .where { font-weight: 600; color: var(--ink); overflow-wrap: anywhere; } .head .code { margin-left: auto; font: 12px var(--mono); color: var(--faint); }
h3 { font-size: 17px; line-height: 1.45; font-weight: 640; overflow-wrap: anywhere; } .why { color: var(--soft); margin-top: 6px; max-width: 76ch; overflow-wrap: anywhere; }
.label { font-size: 12px; font-weight: 650; color: var(--faint); margin: 16px 0 6px; letter-spacing: .02em; }
ol.steps { list-style: none; counter-reset: step; } ol.steps li { counter-increment: step; position: relative; padding-left: 30px; margin: 0 0 10px; }
ol.steps li::before { content: counter(step); position: absolute; left: 0; top: 2px; width: 20px; height: 20px; border-radius: 50%; background: var(--tone-bg, var(--code)); color: var(--tone, var(--soft)); font-size: 12px; font-weight: 650; line-height: 20px; text-align: center; }
pre { margin: 6px 0 0; padding: 10px 13px; background: var(--code); border: 1px solid var(--line); border-radius: 7px; font: 12.5px/1.6 var(--mono); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
pre.command::before { content: "$ "; color: var(--faint); user-select: none; -webkit-user-select: none; }
details { margin-top: 12px; } summary { cursor: pointer; font-size: 13px; color: var(--soft); font-weight: 550; width: fit-content; list-style: none; display: inline-flex; gap: 7px; align-items: center; }
summary::-webkit-details-marker { display: none; } summary::before { content: ""; border: 4px solid transparent; border-left: 6px solid currentColor; border-right: 0; transition: transform .12s; } details[open] > summary::before { transform: rotate(90deg); }
summary:hover { color: var(--ink); } summary:focus-visible { outline: 2px solid var(--info); outline-offset: 3px; border-radius: 3px; }
.seen { margin-top: 10px; } .seen .source { font: 12px var(--mono); color: var(--soft); overflow-wrap: anywhere; } .seen .source b { font-family: var(--sans); font-weight: 600; }
ul.plain { list-style: none; } ul.plain li { padding: 3px 0 3px 16px; position: relative; color: var(--soft); overflow-wrap: anywhere; } ul.plain li::before { content: "–"; position: absolute; left: 0; color: var(--faint); }
.chain { list-style: none; margin-top: 12px; } .chain li { position: relative; padding: 0 0 14px 26px; } .chain li:last-child { padding-bottom: 2px; }
.chain li::before { content: ""; position: absolute; left: 5px; top: 8px; width: 9px; height: 9px; border-radius: 50%; background: var(--card); border: 2px solid var(--tone); }
.chain li.root::before { background: var(--tone); box-shadow: 0 0 0 4px var(--tone-bg); } .chain li:not(:last-child)::after { content: ""; position: absolute; left: 10px; top: 20px; bottom: -6px; width: 2px; background: var(--line); }
.chain .when { font-size: 12px; color: var(--faint); font-variant-numeric: tabular-nums; } .chain .what { overflow-wrap: anywhere; } .chain .root .what { font-weight: 620; }
figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px 12px; } figure + figure { margin-top: 14px; } figcaption { font-size: 13px; color: var(--soft); margin-bottom: 8px; } figcaption b { color: var(--ink); font-weight: 620; }
figure svg { display: block; width: 100%; height: auto; } .scroll { overflow-x: auto; } .scroll svg { min-width: 680px; }
svg text { font: 11px var(--sans); fill: var(--soft); } svg .strong { fill: var(--ink); font-weight: 600; } svg .faint { fill: var(--faint); } svg .cell { fill: var(--ink); font-size: 11px; text-anchor: middle; font-variant-numeric: tabular-nums; } svg .cell.small { font-size: 9px; fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .lane { fill: var(--code); } svg .mark { stroke: var(--card); stroke-width: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 8px; font-size: 12px; color: var(--soft); } .legend span { display: inline-flex; align-items: center; gap: 6px; overflow-wrap: anywhere; } .legend i.square { width: 12px; height: 12px; border-radius: 3px; } .legend i { width: 9px; height: 9px; border-radius: 50%; flex: none; } .legend i.bar { width: 14px; height: 3px; border-radius: 2px; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 14px; } .plots figure { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: 13px; } th { text-align: left; font-weight: 600; font-size: 12px; color: var(--faint); padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); } td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; } td.fit { white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--soft); } td code { font: 12px var(--mono); color: var(--soft); display: block; margin-top: 2px; }
.checks { columns: 2; column-gap: 32px; font-size: 14px; } .checks li { break-inside: avoid; list-style: none; padding: 2px 0 2px 20px; position: relative; color: var(--soft); } .checks li::before { content: "✓"; position: absolute; left: 0; color: var(--pass); font-weight: 700; }
footer { margin-top: 56px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 12px; color: var(--faint); display: flex; gap: 16px; justify-content: space-between; }
@media (max-width: 640px) { main { padding: 24px 16px 48px; } .checks { columns: 1; } .plots { grid-template-columns: 1fr; } .head .code { margin-left: 0; width: 100%; } }
@media print {
  :root { color-scheme: light; } @page { margin: 16mm 14mm; } body { background: #fff; font-size: 10.5pt; } main { max-width: none; padding: 0; }
  .card { overflow: visible; } figure, .chain li, ol.steps li, .seen, tr { break-inside: avoid; } h2, h3, .head, .label, summary { break-after: avoid; } h2 { margin-top: 26px; }
  .plots { grid-template-columns: 1fr 1fr; } footer { margin-top: 20px; break-before: avoid; } .badge, .card.toned::before, .host i, figure svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .scroll { overflow: visible; } .scroll svg { min-width: 0; }
  details::details-content { content-visibility: visible; display: block; } summary::before { display: none; }
}
`
