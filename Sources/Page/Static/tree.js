// Views are described as trees of plain values, and the document is brought up to date with them
// node by node: what stays the same keeps its focus, selection and scroll position.
// Data comes in as text nodes and attributes only; nothing here parses markup.

const svgTags = new Set(["svg", "path", "rect", "circle"]);

/// An element: attributes, listeners (`onclick: function`), and children, which are elements,
/// texts, lists of both, or nothing. With `key`, it keeps its node when its place changes. With
/// `initial`, those attributes and properties are set once, for what readers change themselves.
export function h(tag, attributes = {}, ...children) {
  const { key, initial, ...rest } = attributes;
  return { tag, key, initial, attributes: rest, children: children.flat(Infinity) };
}

/// Makes the children of a node those of a description.
export function patch(parent, children) {
  const wanted = [children].flat(Infinity).filter((child) => child != null && child !== false);
  const keys = new Set(wanted.map((child) => child.key));
  const keyed = new Map();
  for (const node of [...parent.childNodes]) {
    if (node.jobrunKey === undefined) continue;
    // Gone ones first: else all behind them would have to move.
    if (keys.has(node.jobrunKey)) keyed.set(node.jobrunKey, node);
    else node.remove();
  }
  let place = parent.firstChild;
  for (const child of wanted) {
    const node = fitting(child, place, keyed) ?? made(child);
    if (node === place) place = place.nextSibling;
    else move(node, parent, place);
    fill(node, child);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function fitting(child, place, keyed) {
  if (typeof child !== "object") return place?.nodeType === Node.TEXT_NODE ? place : null;
  if (child.key !== undefined) {
    const node = keyed.get(child.key);
    return node && node.localName === child.tag ? node : null;
  }
  const fits =
    place?.nodeType === Node.ELEMENT_NODE && place.localName === child.tag &&
    place.jobrunKey === undefined;
  return fits ? place : null;
}

function move(node, parent, place) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(node, place);
  focused?.focus({ preventScroll: true });
}

function made(child) {
  if (typeof child !== "object") return document.createTextNode("");
  const node = svgTags.has(child.tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", child.tag)
    : document.createElement(child.tag);
  node.jobrunKey = child.key;
  return node;
}

function fill(node, child) {
  if (typeof child !== "object") {
    const text = String(child);
    if (node.data !== text) node.data = text;
    return;
  }
  // An element without children of its own (a log, a box that a part fills) is left to its owner.
  if (child.children.length > 0 || node.jobrunFilled) {
    patch(node, child.children);
    node.jobrunFilled = true;
  }
  // After the children: a choice can be made only among options that are there.
  const before = node.jobrunAttributes ?? {};
  for (const name of Object.keys(before)) {
    if (!(name in child.attributes)) set(node, name, null);
  }
  for (const [name, value] of Object.entries(child.attributes)) {
    if (before[name] !== value) set(node, name, value);
  }
  node.jobrunAttributes = child.attributes;
  if (child.initial && !node.jobrunStarted) {
    for (const [name, value] of Object.entries(child.initial)) set(node, name, value);
  }
  node.jobrunStarted = true;
}

function set(node, name, value) {
  if (name.startsWith("on")) node[name] = value;
  else if (name === "value" || name === "checked" || name === "open") node[name] = value;
  else if (value == null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}
