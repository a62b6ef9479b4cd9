import type { Page } from './html.js';

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}summary{cursor:pointer;padding:.35rem 0}
summary b{display:inline-block;min-width:4.5rem;font-family:ui-monospace,monospace}code,pre{font-family:ui-monospace,monospace;font-size:.9em}
pre{background:#f5f5f5;padding:.8rem;overflow:auto;border-radius:6px}.quiet{color:#666}input{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}pre{background:#1d1d1d}.quiet{color:#aaa}}`;

/** Builds the page with nodes and texts only, so that nothing of the document is ever read as markup. */
const SCRIPT = `
const make=(tag,text,...children)=>{const node=document.createElement(tag);if(text)node.textContent=text;node.append(...children);return node};
const code=(value)=>make('pre','',make('code',JSON.stringify(value,null,2)));
const schemaOf=(content)=>Object.entries(content??{}).map(([type,{schema}])=>make('div','',make('p',type),code(schema??{})));
function operation(method,path,item){
  const box=make('details');
  const head=make('summary');head.append(make('b',method.toUpperCase()),make('code',path),document.createTextNode('  '+item.summary));
  box.append(head);
  if(item.description)for(const text of item.description.split('\\n\\n'))box.append(make('p',text));
  if(item.parameters){box.append(make('h4','Parameters'));for(const p of item.parameters)box.append(make('p',p.name+' ('+p.in+(p.required?', required':'')+') '+(p.schema?.description??'')))}
  if(item.requestBody)box.append(make('h4','Body'),...schemaOf(item.requestBody.content));
  box.append(make('h4','Answers'));
  for(const [status,answer] of Object.entries(item.responses))box.append(make('p',status+'  '+answer.description),...schemaOf(answer.content));
  box.dataset.text=(method+' '+path+' '+item.summary).toLowerCase();
  return box;
}
const main=document.getElementById('operations');
fetch('openapi.json').then((answer)=>answer.json()).then((doc)=>{
  document.getElementById('version').textContent=doc.info.version;
  for(const {name} of doc.tags){
    const section=make('section','',make('h2',name));
    for(const [path,item] of Object.entries(doc.paths))for(const [method,op] of Object.entries(item))if(op.tags.includes(name))section.append(operation(method,path,op));
    main.append(section);
  }
}).catch(()=>{main.textContent='The description could not be loaded.'});
document.getElementById('find').addEventListener('input',({target})=>{
  const words=target.value.toLowerCase();
  for(const box of main.querySelectorAll('details'))box.hidden=!box.dataset.text.includes(words);
});`;

/** The routes of the gateway, to be browsed; reads `/openapi.json`. */
export const docsPage: Page = {
  title: 'Sallyport API',
  style: STYLE,
  body:
    '<h1>Sallyport API <small class="quiet" id="version"></small></h1>' +
    '<p class="quiet">Everything that this gateway answers. For machines: <a href="openapi.json">openapi.json</a>.</p>' +
    '<input id="find" type="search" placeholder="Find a route" aria-label="Find a route"><div id="operations"></div>',
  script: SCRIPT,
};
