import qrcode from 'qrcode-generator';

const SVG = 'http://www.w3.org/2000/svg';
/** The quiet zone that the standard asks for, in modules. */
const MARGIN = 4;

/** A QR code of a short text, as an SVG element. Dark on light in either theme: many readers want that. */
export function qrCode(text) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let path = '';
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x++) {
      if (code.isDark(y, x)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
    }
  }
  const node = (name, attributes, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const size = count + 2 * MARGIN;
  return node('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': `QR code of ${text}`, 'shape-rendering': 'crispEdges' },
    node('rect', { width: size, height: size, fill: '#fff' }), node('path', { d: path, fill: '#000' }));
}
