// Writes elements.d.ts: every id of the page with the kind of its element, so that a misspelt id is a type error.

import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../../src/zeronine/studio/static/index.html', import.meta.url);
const WITH_ID = /<([a-z][a-z0-9]*)\b[^>]*?\bid="([^"]+)"/g;

const found = [...readFileSync(PAGE, 'utf8').matchAll(WITH_ID)];
const lines = found.map(([, tag, id]) => `  '${id}': TagOf<'${tag}'>;\n`);
writeFileSync(
  new URL('elements.d.ts', import.meta.url),
  `type TagOf<Tag extends string> = Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag] : HTMLElement;
interface Elements {
${lines.join('')}}
`,
);
