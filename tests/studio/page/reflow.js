// What spoils a page that is narrow, large or spaced out: sideways scrolling, cut text, one thing over another.
// Returns a list of complaints. After WCAG 2.2 (W3C, 2023), 1.4.4, 1.4.10 and 1.4.12.
() => {
  const SLACK_PX = 1.5; // boxes are laid out in fractions of pixels
  const TWO_WAYS = '.stage, .wide'; // a picture and a table of data may scroll: they need both directions
  const complaints = [];
  const seen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest('.unseen, .skip, option, script, style');
  const name = (element) =>
    `<${element.tagName.toLowerCase()}${element.id ? ` #${element.id}` : ''}${element.className ? ` .${element.className}` : ''}>`;

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) complaints.push(`the page is ${scrollWidth} px wide in ${clientWidth}`);

  // Every line of text as a box, and every control.
  const boxes = [];
  const keep = (element, text, rect) => {
    if (rect.width > SLACK_PX && rect.height > SLACK_PX) boxes.push({ element, text, rect });
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent.trim() || !seen(node.parentElement)) continue;
    range.selectNodeContents(node);
    for (const rect of range.getClientRects())
      keep(node.parentElement, node.textContent.trim().slice(0, 30), inked(node.parentElement, rect));
  }
  for (const element of document.querySelectorAll('button, select, input, canvas, img, progress, a.button'))
    if (seen(element)) keep(element, '', element.getBoundingClientRect());

  // A line's box holds the space between lines too: take the height of the letters only.
  function inked(element, rect) {
    const letters = parseFloat(getComputedStyle(element).fontSize);
    const middle = (rect.top + rect.bottom) / 2;
    const height = Math.min(rect.height, letters);
    return new DOMRect(rect.left, middle - height / 2, rect.width, height);
  }

  for (const { element, text, rect } of boxes) {
    if (element.closest(TWO_WAYS)) continue;
    if (rect.right > clientWidth + SLACK_PX || rect.left < -SLACK_PX)
      complaints.push(`${name(element)} "${text}" stands outside the page: ${rect.left} to ${rect.right}`);
    for (let one = element; one !== document.body && one; one = one.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(one);
      const around = one.getBoundingClientRect();
      const cutAcross =
        overflowX !== 'visible' && (rect.right > around.right + SLACK_PX || rect.left < around.left - SLACK_PX);
      const cutDown =
        ['hidden', 'clip'].includes(overflowY) &&
        (rect.bottom > around.bottom + SLACK_PX || rect.top < around.top - SLACK_PX);
      if (cutAcross || cutDown) complaints.push(`${name(element)} "${text}" is cut by ${name(one)}`);
      const { position } = getComputedStyle(one);
      if (text && one.matches('button, .button, .card, .badge') && position !== 'absolute') {
        const out =
          rect.right > around.right + SLACK_PX ||
          rect.left < around.left - SLACK_PX ||
          rect.bottom > around.bottom + SLACK_PX ||
          rect.top < around.top - SLACK_PX;
        if (out) complaints.push(`"${text}" sticks out of ${name(one)}`);
      }
    }
  }

  // A button holds its words; text in a paragraph and text in its part are two, and must not meet.
  const holds = (one, other) => !one.text && one.element.contains(other.element);
  const meant = '.invitation, .boxes, .block button, .camera-view, .trouble, .map'; // stand over something by design
  for (const [index, one] of boxes.entries()) {
    if (one.element.closest(meant)) continue;
    for (const other of boxes.slice(index + 1)) {
      if (other.element.closest(meant)) continue;
      if (holds(one, other) || holds(other, one)) continue;
      const across = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      const down = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
      if (across > SLACK_PX && down > SLACK_PX)
        complaints.push(
          `${name(one.element)} "${one.text}" and ${name(other.element)} "${other.text}" overlap by ${across.toFixed(0)} x ${down.toFixed(0)} px`,
        );
    }
  }
  return complaints;
};
