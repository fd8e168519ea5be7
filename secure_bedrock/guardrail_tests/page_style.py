"""How the page looks: light and dark, on paper, and on narrow screens."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #16191f; --soft: #56616f; --line: #d9dee5;
  --good: #1a6b3a; --bad: #b3261e; --warn: #7a5200; --tint: #f4f6f9 }
@media (prefers-color-scheme: dark) { :root { --paper: #10151c; --ink: #e6eaf0; --soft: #a3aebc;
  --line: #2c3641; --good: #6fd39a; --bad: #ff8a80; --warn: #ffd27a; --tint: #18202a } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem } p { margin: .25rem 0; color: var(--soft) }
.verdict { font-weight: 600 } .good { color: var(--good) } .bad { color: var(--bad) }
.warn { color: var(--warn) }
ul { margin: .5rem 0; padding-left: 1.25rem }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: 13px }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid var(--line);
  vertical-align: top } th { color: var(--soft); font-weight: 600 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td.wide { min-width: 20rem; overflow-wrap: anywhere } tr.changed td { background: var(--tint) }
td.was { white-space: nowrap }
details { margin: 0 } summary { cursor: pointer }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; padding: .5rem .7rem;
  background: var(--tint); border-radius: 4px; font: 12px/1.5 ui-monospace, monospace }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem;
  margin: 1rem 0 } dt { color: var(--soft); font-size: 13px } dd { margin: 0; font-size: 1.15rem }
@media print { body { padding: 0; max-width: none } .scroll { overflow: visible } }
"""
