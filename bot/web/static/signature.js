// The pad for signing by hand: strokes as points in thousandths of its width, nothing else leaves it.
// Whoever cannot draw types the name in the line below, as the question says.

const WIDTH = 1000;
const HEIGHT = 350;
const CLOSEST = 4; // points nearer than this to the last one add nothing
const MOST_POINTS = 1900;
const MOST_STROKES = 60;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function length(strokes) {
  let sum = 0;
  for (const points of strokes) {
    for (let n = 1; n < points.length; n += 1) {
      sum += Math.hypot(points[n][0] - points[n - 1][0], points[n][1] - points[n - 1][1]);
    }
  }
  return sum;
}

// `signed` is called once with {height, strokes}.
export function signaturePad(signed) {
  const box = element("div", "choices pad");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "手写签名");
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "手写签名区。不方便手写，可以在下面打姓名签名。");
  const hint = element("p", "pad-hint", "用手指在框里写姓名。也可以不写，在下面打姓名。");
  const again = element("button", "lesser", "重写");
  const use = element("button", "main", "用这个签名提交");
  again.type = "button";
  use.type = "button";
  box.append(hint, canvas, again, use);

  let strokes = [];
  let drawing = null;
  const brush = canvas.getContext("2d");

  function redraw() {
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(((width * HEIGHT) / WIDTH) * ratio);
    const scale = canvas.width / WIDTH;
    brush.lineWidth = 6 * scale;
    brush.lineCap = "round";
    brush.lineJoin = "round";
    brush.strokeStyle = getComputedStyle(canvas).color;
    for (const points of strokes) {
      brush.beginPath();
      brush.moveTo(points[0][0] * scale, points[0][1] * scale);
      for (const point of points.length > 1 ? points.slice(1) : [[points[0][0] + 1, points[0][1]]]) {
        brush.lineTo(point[0] * scale, point[1] * scale);
      }
      brush.stroke();
    }
    const enough = length(strokes) >= 150;
    use.disabled = !enough;
    again.disabled = !strokes.length;
  }

  function place(event) {
    const frame = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - frame.left) / frame.width) * WIDTH);
    const y = Math.round(((event.clientY - frame.top) / frame.width) * WIDTH);
    return [Math.max(0, Math.min(WIDTH, x)), Math.max(0, Math.min(HEIGHT, y))];
  }

  function draw(event) {
    if (drawing !== event.pointerId) return;
    const points = strokes[strokes.length - 1];
    const parts = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const part of parts.length ? parts : [event]) {
      const [x, y] = place(part);
      const last = points[points.length - 1];
      const count = strokes.reduce((sum, one) => sum + one.length, 0);
      if (count < MOST_POINTS && Math.hypot(x - last[0], y - last[1]) >= CLOSEST) points.push([x, y]);
    }
    redraw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (drawing !== null || strokes.length >= MOST_STROKES || event.button > 0) return;
    event.preventDefault();
    drawing = event.pointerId;
    canvas.setPointerCapture(drawing);
    strokes.push([place(event)]);
    redraw();
  });
  canvas.addEventListener("pointermove", draw);
  for (const ended of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(ended, (event) => { if (drawing === event.pointerId) drawing = null; });
  }
  again.addEventListener("click", () => { strokes = []; redraw(); });
  use.addEventListener("click", () => {
    if (use.disabled) return;
    use.disabled = true;
    again.disabled = true;
    signed({ height: HEIGHT, strokes });
  });
  if (window.ResizeObserver) new ResizeObserver(redraw).observe(canvas);
  redraw();
  return box;
}
