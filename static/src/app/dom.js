/** The element with this id; the page's markup guarantees it. */
export const byId = (id) => document.getElementById(id);

/** Makes an element: its properties, then its children (nodes or text, never markup). */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}
