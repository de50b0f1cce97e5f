/** How a report looks, by day and by night. */
export const STYLE: string = `
:root{color-scheme:light dark;--ink:#1c1b18;--paper:#fbfaf7;--line:#d9d5cb;--soft:#efece4}
@media (prefers-color-scheme:dark){:root{--ink:#ece9e1;--paper:#191815;--line:#3b3832;--soft:#24221e}}
body{font:15px/1.5 ui-sans-serif,system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:70rem;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
pre{background:var(--soft);padding:.7rem .9rem;overflow-x:auto;border-radius:.4rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{text-align:left;padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th,caption{font-weight:600}caption{text-align:left}small{opacity:.75}
.wide{overflow-x:auto}.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:1.2rem}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.2rem}svg{width:100%;height:auto;display:block}
.grid{stroke:var(--line)}.tick,.axis{fill:var(--ink);font-size:11px;opacity:.8}.axis{opacity:1}
.partition{fill:var(--soft)}path.fork{fill:var(--ink)}
.legend{list-style:none;padding:0;display:flex;gap:1rem;flex-wrap:wrap;font-size:.85rem;margin:.3rem 0}
.legend span{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem;vertical-align:-.1rem}.legend span.fork{background:var(--ink);transform:rotate(45deg) scale(.8)}
.bad th,.bad td{border-color:#d55e00}`;
