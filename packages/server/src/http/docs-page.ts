import { DOCS_SCRIPT } from './docs-script.js';
import type { Page } from './html.js';

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}h4{margin:1.2rem 0 .3rem}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:1rem 0}a{color:#0b57d0}
summary{cursor:pointer;padding:.35rem 0}summary>code{margin-right:.8rem}details details{margin-left:1rem}
section>details[open]{border-left:3px solid #ccc;padding-left:1rem;margin-bottom:1.5rem}
.verb{display:inline-block;min-width:4.5rem;font-family:ui-monospace,monospace}.get{color:#0a6b3b}.post{color:#8a4b00}.delete{color:#a4001d}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f5f5f5;padding:.8rem;overflow:auto;border-radius:6px}
table{border-collapse:collapse;width:100%}td{vertical-align:top;padding:.2rem .8rem .2rem 0;border-top:1px solid #eee}
td:first-child{white-space:nowrap}td:nth-child(2){max-width:16rem}.quiet{color:#666}
input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}pre{background:#1d1d1d}td{border-color:#333}.quiet{color:#aaa}
a{color:#8ab4f8}.get{color:#6fd39b}.post{color:#f0b060}.delete{color:#ff8a98}}`;

/** The routes of the gateway, to be browsed; reads `/openapi.json`. */
export const docsPage: Page = {
  title: 'Sallyport API',
  style: STYLE,
  body:
    '<h1>Sallyport API <small class="quiet" id="version"></small></h1>' +
    '<p class="quiet">Everything that this gateway answers. For machines: <a href="openapi.json">openapi.json</a>.</p>' +
    '<input id="find" type="search" placeholder="Find a route" aria-label="Find a route"><nav id="tags" aria-label="Parts"></nav>' +
    '<main id="operations"></main>',
  script: DOCS_SCRIPT,
};
