/** The page's whole look, light and dark. */
export const style = `
:root { color-scheme: light dark;
  --ink: #1b1f24; --soft: #59636e; --paper: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
  --good: #1a7f37; --good-back: #dafbe1; --bad: #b42318; --bad-back: #ffebe9;
  --odd: #7d4e00; --odd-back: #fff8c5; --link: #0550ae; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --card: #161b22; --line: #3d444d;
  --good: #56d364; --good-back: #12261e; --bad: #ff938a; --bad-back: #2d1614;
  --odd: #e3b341; --odd-back: #272115; --link: #79b8ff; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem } h3 { font-size: 1rem }
p { margin: .4rem 0 } a { color: var(--link) }
.soft { color: var(--soft) } .good { color: var(--good) } .bad { color: var(--bad) } .odd { color: var(--odd) }
.skip { position: absolute; left: -99rem } .skip:focus { position: static }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px }
.score { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; align-items: center; padding: 1rem 1.2rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 1rem 0 }
.score strong { font-size: 2.6rem; line-height: 1.1; font-variant-numeric: tabular-nums }
.score svg { width: 16rem; max-width: 100%; height: 2.2rem }
.note { padding: .6rem .9rem; border-left: 4px solid var(--odd); background: var(--odd-back); border-radius: 4px; margin: .6rem 0 }
.scroll { overflow-x: auto } .anchor { scroll-margin-top: 6rem }
table { border-collapse: collapse; font-size: .92rem } caption { text-align: left; color: var(--soft); padding-bottom: .3rem }
th, td { padding: .3rem .6rem; border: 1px solid var(--line); text-align: left; vertical-align: top }
thead th { background: var(--card) } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td.all { background: var(--good-back) } td.some { background: var(--odd-back) } td.none { background: var(--bad-back) }
td.unknown { background: var(--card) }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; background: var(--paper) }
summary { cursor: pointer; padding: .5rem .8rem; overflow-wrap: anywhere }
details > :not(summary) { margin-left: .8rem; margin-right: .8rem }
details[open] > summary { border-bottom: 1px solid var(--line); margin-bottom: .6rem }
ol.story { list-style: none; padding: 0; font-size: .92rem }
ol.story li { margin: .2rem 0 } ol.story li.step { margin-top: .8rem; font-weight: 600 }
ol.story details { border-left-width: 4px } li.fault > details { border-left-color: var(--odd) }
li.rests > details { border-left-color: var(--bad); background: var(--bad-back) }
.tag { display: inline-block; padding: 0 .4rem; border-radius: 4px; border: 1px solid currentColor; font-size: .8rem; margin-left: .3rem }
pre, code { font: .85rem/1.45 ui-monospace, monospace } pre { overflow: auto; max-height: 26rem; padding: .6rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0 }
pre.command { user-select: all }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .4rem 0 } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
@media print { details { break-inside: avoid } }
`
