// What hostile texts do to a page where they are more than texts: elements, scripts, sums, neighbours turned round.
() => {
  const found = new Set();
  const told = (what, node) => found.add(`${what}: ${(node.outerHTML || node.textContent).slice(0, 160)}`);
  const evil = "kw-evil, script:not([src]), img[src='x'], [onerror], [onload]";
  document.querySelectorAll(evil).forEach((node) => told("became an element", node));
  if (window.hit) found.add("a script ran that was a text");
  if (/\b1,?337\b/.test(document.documentElement.textContent)) found.add("braces of a text were computed");

  // A right-to-left override that nobody closed turns whatever follows it, up to the end of what holds it in.
  const holds = (node) => getComputedStyle(node).unicodeBidi !== "normal" || getComputedStyle(node).display !== "inline";
  const blocks = "div, p, ul, ol, li, table, dl, form, details, pre, h1, h2, h3, h4, select, svg, nav, section";
  const texts = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.data.includes("\u202e") || ["SCRIPT", "STYLE", "TEXTAREA"].includes(node.parentElement.tagName)) continue;
    let around = node.parentElement;
    while (!holds(around)) around = around.parentElement;
    const after = document.createRange();
    after.setStart(node, node.data.length);
    after.setEndAfter(around.lastChild);
    const rest = after.cloneContents();
    rest.querySelectorAll(blocks).forEach((block) => block.remove());
    if (rest.textContent.trim()) told("turns what follows it", around);
  }
  return [...found];
}
