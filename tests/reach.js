(least) => {
  const CONTROLS = 'a[href], button, summary, textarea, select, input:not([type=hidden]), [role=radio], [role=menuitem]';
  const BOXES = 'input[type=radio], input[type=checkbox], input[type=file]';

  const shown = (each) => {
    if (!each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = each.getBoundingClientRect();
    return width > 1 && height > 1;
  };
  const name = (each) => {
    const words = each.getAttribute('aria-label') ?? each.textContent ?? '';
    return `${each.tagName.toLowerCase()}${each.id ? `#${each.id}` : ''} “${words.trim().slice(0, 40)}”`;
  };
  const controls = [...document.querySelectorAll(CONTROLS)].filter(shown);

  // A link inside a sentence may be as small as its words; a box is as large as the label that is pressed for it.
  const inWords = (each) => each.tagName === 'A' && getComputedStyle(each).display === 'inline'
    && each.parentElement.textContent.trim() !== each.textContent.trim();
  const size = (each) => {
    const label = each.matches(BOXES) ? each.closest('label') ?? each.labels?.[0] : null;
    const boxes = [each, label].filter(Boolean).map((one) => one.getBoundingClientRect());
    return ['width', 'height'].map((side) => Math.max(...boxes.map((box) => box[side])));
  };

  const scrolled = (each) => {
    for (let up = each.parentElement; up && up !== document.body; up = up.parentElement) {
      const clips = getComputedStyle(up).overflowX !== 'visible';
      if (clips && up.getBoundingClientRect().right <= innerWidth + 1) return true;
    }
    return false;
  };
  const outside = (each) => {
    const { left, right } = each.getBoundingClientRect();
    return (left < -1 || right > innerWidth + 1) && !scrolled(each);
  };
  const tooWide = document.scrollingElement.scrollWidth - innerWidth;

  const ground = (each) => {
    for (let up = each; up; up = up.parentElement) {
      const colour = getComputedStyle(up).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const ink = (each) => {
    const icon = each.textContent.trim() ? null : each.querySelector('svg');
    return icon ? getComputedStyle(icon).stroke : getComputedStyle(each).color;
  };

  const long = (each) => each.playState === 'running' && each.effect.getTiming().duration > 1;
  return {
    small: controls.filter((each) => !inWords(each) && Math.min(...size(each)) < least - 0.5)
      .map((each) => `${name(each)} is ${size(each).map(Math.round).join(' × ')}`),
    beside: [
      ...(tooWide > 1 ? [`the page is ${tooWide} px too wide`] : []),
      ...controls.filter(outside).map((each) => `${name(each)} sticks out`),
    ],
    lost: controls.filter((each) => ink(each) === ground(each)).map((each) => `${name(each)} can't be seen`),
    moving: document.getAnimations().filter(long).map((each) => `${name(each.effect.target)} moves`),
  };
};
