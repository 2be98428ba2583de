// What a person needs who does not see the page, does not use a mouse, or sees little: checked in the page.
// Returns a list of complaints, each with the element it is about. After WCAG 2.2 (W3C, 2023), level AA.
() => {
  const complaints = [];
  const complain = (element, text) => complaints.push(`${name(element)}: ${text}`);
  const name = (element) =>
    `<${element.tagName.toLowerCase()}${element.id ? ` #${element.id}` : ''}> ${(element.textContent ?? '').trim().slice(0, 30)}`;
  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

  // Every control and every picture has a name.
  const labelled = (element) => {
    const by = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join('');
    const own =
      element.getAttribute('aria-label') ??
      element.getAttribute('alt') ??
      element.getAttribute('title') ??
      '';
    const labels = [...(element.labels ?? [])].map((label) => label.textContent).join('');
    const text = ['BUTTON', 'A', 'SUMMARY'].includes(element.tagName) ? element.textContent : '';
    return (by + own + labels + text).trim().length > 0;
  };
  for (const element of all(
    'button, a[href], input, select, textarea, summary, canvas, img, svg[role=img], [role=img], [role=application], [tabindex="0"]',
  )) {
    if (element.closest('[aria-hidden=true]')) continue;
    if (element.tagName === 'CANVAS' && !element.getAttribute('role'))
      complain(element, 'a canvas without a role');
    if (!labelled(element)) complain(element, 'has no name');
  }

  // Ids are unique and references lead somewhere.
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    complaints.push(`id ${id} is used twice`);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(' ')) {
        if (!document.getElementById(id)) complain(element, `${attribute} names ${id}, which is not there`);
      }
    }
  }

  // Landmarks and headings.
  for (const one of ['main', 'nav', 'header'])
    if (all(one).length === 0) complaints.push(`there is no <${one}>`);
  if (!document.documentElement.lang) complaints.push('the page names no language');
  if (all('h1').length !== 1) complaints.push(`${all('h1').length} visible <h1>`);
  let before = 1;
  for (const heading of all('h1, h2, h3, h4')) {
    const level = Number(heading.tagName[1]);
    if (level > before + 2) complain(heading, `comes after a heading of level ${before}`);
    before = level;
  }

  // Contrast of text: 4.5 to 1, of large text 3 to 1; disabled controls are exempt.
  const parse = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    const scale = text.startsWith('color(') ? 255 : 1;
    return { rgb: [red * scale, green * scale, blue * scale], alpha };
  };
  const over = (top, below) =>
    top.rgb.map((value, index) => value * top.alpha + below[index] * (1 - top.alpha));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement)
      layers.unshift(parse(getComputedStyle(one).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [red, green, blue] = rgb
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      !node.textContent.trim() ||
      !visible(element) ||
      element.closest(':disabled, svg, option, .unseen, [aria-hidden=true], script, style')
    )
      continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const front = over(parse(style.color), back);
    const [light, dark] = [luminance(front), luminance(back)].sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    const large =
      parseFloat(style.fontSize) >= 24 ||
      (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) complain(element, `contrast ${ratio.toFixed(2)}`);
  }

  // Targets are at least 24 px, and nothing makes the page scroll sideways.
  for (const element of all('button, a[href], input, select, summary')) {
    const { width, height } = element.getBoundingClientRect();
    const inText = getComputedStyle(element).display === 'inline';
    const inLabel = element.closest('label') !== null;
    const field = element.matches('.field [type=checkbox], .unit');
    if (!inText && !inLabel && !field && Math.min(width, height) < 24)
      complain(element, `is only ${Math.round(width)} x ${Math.round(height)} px`);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) complaints.push(`the page is ${scrollWidth} px wide in ${clientWidth}`);
  return complaints;
};
