// What a reader of a drawn chart trips over: words on words, words outside their picture, words too small to read, lines
// and marks that run through words. A picture is all that is drawn within one `figure` or one chart of a page of the app.
(least) => {
  const shown = e => { const s = getComputedStyle(e); return s.visibility !== 'hidden' && s.display !== 'none' && +s.opacity > 0.1; };
  const painted = (e, what) => { const s = getComputedStyle(e); return s[what] !== 'none' && +s[`${what}Opacity`] > 0.05 && !/^rgba.*, 0\)$/.test(s[what]) && +s.opacity > 0.05; };
  const picture = 'figure, [data-testid=stPlotlyChart]';
  const drawn = [...document.querySelectorAll('svg')].filter(s => s.closest(picture)).filter(s => s.getBoundingClientRect().width > 50 && !s.parentElement.closest('svg'));
  const out = drawn.length ? [] : ['nothing is drawn'];
  for (const figure of new Set(drawn.map(s => s.closest(picture)))) {
    const roots = drawn.filter(s => s.closest(picture) === figure), sides = roots.map(s => s.getBoundingClientRect());
    const frame = {left: Math.min(...sides.map(s => s.left)), right: Math.max(...sides.map(s => s.right)), top: Math.min(...sides.map(s => s.top)), bottom: Math.max(...sides.map(s => s.bottom))};
    const all = what => roots.flatMap(s => [...s.querySelectorAll(what)]);
    const within = e => {  // what a reader sees of it: a plot cuts off what runs over its edge
      const cut = e.closest('[clip-path]'), id = cut && (cut.getAttribute('clip-path').match(/#([^'")]+)/) || [])[1];
      const rect = id && document.getElementById(id) && document.getElementById(id).querySelector('rect');
      if (!rect) return () => true;
      const m = cut.getScreenCTM(), [x, y, w, h] = ['x', 'y', 'width', 'height'].map(name => +rect.getAttribute(name) || 0);
      return (px, py) => px > m.a * x + m.e - 1 && px < m.a * (x + w) + m.e + 1 && py > m.d * y + m.f - 1 && py < m.d * (y + h) + m.f + 1;
    };
    const middle = e => { const r = e.getBoundingClientRect(); return [(r.left + r.right) / 2, (r.top + r.bottom) / 2]; };
    const boxes = all('text').filter(t => t.textContent.trim() && shown(t) && !t.closest('.hoverlayer') && within(t)(...middle(t))).map(t => {
      const b = t.getBBox(), m = t.getScreenCTM();
      const at = (x, y) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];
      const around = (dx, dy) => [at(b.x + dx, b.y + dy), at(b.x + b.width - dx, b.y + dy), at(b.x + b.width - dx, b.y + b.height - dy), at(b.x + dx, b.y + b.height - dy)];
      const size = Math.min(...[t, ...t.querySelectorAll('tspan')].filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))) * Math.hypot(m.a, m.b);
      const plate = t.parentElement.querySelector(':scope > rect.bg');  // paper of its own, on top of lines
      return {text: t.textContent.trim().slice(0, 60), corners: around(0, 0), core: around(2, b.height * 0.28), size, plated: plate && painted(plate, 'fill'), level: Math.abs(m.b) < 0.01};
    });
    const axes = c => [[c[1][0]-c[0][0], c[1][1]-c[0][1]], [c[3][0]-c[0][0], c[3][1]-c[0][1]]].map(([x, y]) => { const l = Math.hypot(x, y) || 1; return [x/l, y/l]; });
    const depth = (one, two) => {
      let least = Infinity;
      for (const [x, y] of [...axes(one), ...axes(two)]) {
        const p = one.map(c => c[0]*x + c[1]*y), q = two.map(c => c[0]*x + c[1]*y);
        least = Math.min(least, Math.min(Math.max(...p), Math.max(...q)) - Math.max(Math.min(...p), Math.min(...q)));
      }
      return least;
    };
    for (const [i, one] of boxes.entries()) {
      for (const c of one.corners) if (c[0] < frame.left - 2 || c[0] > frame.right + 2 || c[1] < frame.top - 2 || c[1] > frame.bottom + 2) { out.push(`leaves: ${one.text}`); break; }
      if (one.size < least - 0.1) out.push(`small ${one.size.toFixed(1)}: ${one.text}`);
      for (const two of boxes.slice(i + 1)) { const d = depth(one.corners, two.corners); if (d > 3) out.push(`over ${d.toFixed(0)}: ${one.text} | ${two.text}`); }
    }
    // Lines: those of traces and those drawn as shapes.
    const bare = boxes.filter(b => !b.plated && b.level);
    const struck = new Set();
    for (const path of all('.scatterlayer path.js-line, .shapelayer path')) {
      if (!painted(path, 'stroke')) continue;
      const m = path.getScreenCTM(), seen = within(path);
      const length = path.getTotalLength(), scale = Math.hypot(m.a, m.b) || 1, near = path.getBoundingClientRect();
      const close = bare.filter(b => b.core[0][0] < near.right && b.core[1][0] > near.left && b.core[0][1] < near.bottom && b.core[2][1] > near.top);
      if (!close.length) continue;
      const steps = Math.max(1, Math.min(4000, Math.ceil(length * scale / 2)));
      for (let i = 0; i <= steps; i++) {
        const p = path.getPointAtLength(length * i / steps), x = m.a * p.x + m.c * p.y + m.e, y = m.b * p.x + m.d * p.y + m.f;
        if (seen(x, y)) for (const b of close) if (x > b.core[0][0] && x < b.core[1][0] && y > b.core[0][1] && y < b.core[2][1]) struck.add(b);
      }
    }
    for (const b of struck) out.push(`line through: ${b.text}`);
    for (const mark of all('.scatterlayer .points path.point')) {
      if (!shown(mark) || !within(mark)(...middle(mark)) || !(painted(mark, 'stroke') || painted(mark, 'fill'))) continue;
      const r = mark.getBoundingClientRect(), corners = [[r.left, r.top], [r.right, r.top], [r.right, r.bottom], [r.left, r.bottom]];
      for (const b of bare) if (depth(b.core, corners) > 2) out.push(`mark on: ${b.text}`);
    }
  }
  return [...new Set(out)];
}
