// What a reader of a drawn chart trips over: words on words, words outside their picture, words too small to read.
() => {
  const shown = [...document.querySelectorAll('figure svg.main-svg, figure svg')].filter(s => s.getBoundingClientRect().width > 50 && !s.parentElement.closest('svg'));
  const out = shown.length ? [] : ['nothing is drawn'];
  for (const svg of shown) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim() && getComputedStyle(t).visibility !== 'hidden' && +getComputedStyle(t).opacity > 0.1);
    const boxes = texts.map(t => {
      const b = t.getBBox(), m = t.getScreenCTM();
      const at = (x, y) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];
      const corners = [at(b.x, b.y), at(b.x + b.width, b.y), at(b.x + b.width, b.y + b.height), at(b.x, b.y + b.height)];
      const size = parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b);
      return {text: t.textContent.trim().slice(0, 60), corners, size};
    });
    const axes = c => [[c[1][0]-c[0][0], c[1][1]-c[0][1]], [c[3][0]-c[0][0], c[3][1]-c[0][1]]].map(([x, y]) => { const l = Math.hypot(x, y) || 1; return [x/l, y/l]; });
    const depth = (one, two) => {
      let least = Infinity;
      for (const [x, y] of [...axes(one.corners), ...axes(two.corners)]) {
        const p = one.corners.map(c => c[0]*x + c[1]*y), q = two.corners.map(c => c[0]*x + c[1]*y);
        least = Math.min(least, Math.min(Math.max(...p), Math.max(...q)) - Math.max(Math.min(...p), Math.min(...q)));
      }
      return least;
    };
    for (const [i, one] of boxes.entries()) {
      for (const c of one.corners) if (c[0] < frame.left - 2 || c[0] > frame.right + 2 || c[1] < frame.top - 2 || c[1] > frame.bottom + 2) { out.push(`leaves: ${one.text}`); break; }
      if (one.size < 10.9) out.push(`small ${one.size.toFixed(1)}: ${one.text}`);
      for (const two of boxes.slice(i + 1)) { const d = depth(one, two); if (d > 3) out.push(`over ${d.toFixed(0)}: ${one.text} | ${two.text}`); }
    }
  }
  return out;
}
