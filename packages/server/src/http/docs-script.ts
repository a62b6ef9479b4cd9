/**
 * Shows `/openapi.json` as a page. Builds it with nodes and texts only, so that nothing of the document is ever read as
 * markup.
 */
export const DOCS_SCRIPT = `
const make=(tag,text,...children)=>{const node=document.createElement(tag);if(text)node.textContent=text;node.append(...children);return node};
const styled=(name,node)=>{node.className=name;return node};
const prose=(text)=>make('span','',...text.split('\`').map((part,at)=>at%2?make('code',part):document.createTextNode(part)));
const typeOf=(schema={})=>{
  if('const' in schema)return JSON.stringify(schema.const);
  if(schema.enum)return schema.enum.map((value)=>JSON.stringify(value)).join(' | ');
  const variants=schema.anyOf??schema.oneOf;
  if(variants)return [...new Set(variants.map(typeOf))].join(' or ');
  if(schema.type==='array')return 'list of '+typeOf(schema.items);
  return [schema.type??'anything'].flat().join(' or ')+(schema.format?' ('+schema.format+')':'');
};
const rowsOf=(schema={},path='')=>[
  ...(schema.anyOf??schema.oneOf??[]).flatMap((variant)=>rowsOf(variant,path)),
  ...(schema.items?rowsOf(schema.items,path+'[]'):[]),
  ...Object.entries(schema.properties??{}).flatMap(([name,field])=>{
    const at=path?path+'.'+name:name;
    return [[at,typeOf(field),schema.required?.includes(name),field.description??''],...rowsOf(field,at)];
  }),
];
const table=(rows)=>make('table','',...rows.map(([name,type,required,words])=>make('tr','',
  make('td','',make('code',name),...(required?[styled('quiet',make('small',' required'))]:[])),
  styled('quiet',make('td',type)),make('td','',prose(words)))));
const fields=(schema)=>{
  const seen=new Set();
  const rows=rowsOf(schema).filter(([name])=>!seen.has(name)&&seen.add(name));
  return rows.length?[table(rows)]:[];
};
const contents=(content)=>Object.entries(content??{}).flatMap(([type,{schema}])=>[styled('quiet',make('small',type)),...fields(schema)]);
const headers=(named={})=>Object.keys(named).length?[table(Object.entries(named).map(([name,{description}])=>[name,'header',false,description]))]:[];
function call(method,path,op,example){
  const parts=['curl'];
  if(method!=='get')parts.push('-X '+method.toUpperCase());
  parts.push("'"+location.origin+path+"'");
  if(op.security.length)parts.push('-H "Authorization: Bearer $TOKEN"');
  if(example!==undefined)parts.push("-d '"+JSON.stringify(example).replaceAll("'","'\\\\''")+"'");
  return make('pre','',make('code',parts.join(' \\\\\\n  ')));
}
function operation(method,path,op){
  const box=make('details');
  box.id=op.operationId;
  box.append(make('summary','',styled('verb '+method,make('b',method.toUpperCase())),make('code',path),make('span',op.summary)));
  for(const text of (op.description??'').split('\\n\\n').filter(Boolean))box.append(make('p','',prose(text)));
  const body=op.requestBody?.content['application/json'];
  box.append(call(method,path,op,body?.example));
  if(op.parameters)box.append(make('h4','Parameters'),table(op.parameters.map((p)=>[p.name,p.in,p.required,p.description??''])));
  if(body)box.append(make('h4','Body'),...fields(body.schema));
  if(body?.example!==undefined)box.append(make('h4','Example body'),make('pre','',make('code',JSON.stringify(body.example,null,2))));
  box.append(make('h4','Answers'));
  for(const [status,answer] of Object.entries(op.responses)){
    const one=make('details','',make('summary','',styled('verb',make('b',status)),prose(answer.description)));
    one.append(...contents(answer.content),...headers(answer.headers));
    box.append(one);
  }
  box.dataset.text=(method+' '+path+' '+op.summary+' '+(op.description??'')).toLowerCase();
  return box;
}
const main=document.getElementById('operations');
const nav=document.getElementById('tags');
fetch('openapi.json').then((answer)=>answer.json()).then((doc)=>{
  document.getElementById('version').textContent=doc.info.version;
  for(const {name} of doc.tags){
    const section=make('section','',make('h2',name));
    section.id=name;
    const link=make('a',name);
    link.href='#'+encodeURIComponent(name);
    nav.append(link);
    for(const [path,item] of Object.entries(doc.paths))for(const [method,op] of Object.entries(item))if(op.tags.includes(name))section.append(operation(method,path,op));
    main.append(section);
  }
  const asked=document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if(asked){asked.open=true;asked.scrollIntoView()}
}).catch(()=>{main.textContent='The description could not be loaded.'});
document.getElementById('find').addEventListener('input',({target})=>{
  const words=target.value.toLowerCase();
  for(const section of main.querySelectorAll('section')){
    const boxes=[...section.children].filter((child)=>child.dataset.text!==undefined);
    for(const box of boxes)box.hidden=!box.dataset.text.includes(words);
    section.hidden=boxes.every((box)=>box.hidden);
  }
});`;
