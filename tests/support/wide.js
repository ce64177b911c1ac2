// What makes a page wider than its screen: the innermost elements that reach beyond it and that nothing scrolls.
() => {
  const beyond = (node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  const scrolled = (node) => {
    for (let each = node.parentElement; each !== document.body; each = each.parentElement)
      if (getComputedStyle(each).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => beyond(node) && ![...node.children].some(beyond) && !scrolled(node))
    .slice(0, 4)
    .map((node) => `${node.parentElement.tagName}.${node.parentElement.className} > ${node.tagName}.${node.className}`)
    .join("; ");
}
