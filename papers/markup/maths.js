// Calls Temml. What it sets as inline style the content security policy would drop: of that, what MathML has an
// attribute for becomes one, and the rest a class of maths.css. Returns JSON: {"html"} or {"error"}.
globalThis.console = { log() {}, warn() {}, error() {} };

globalThis.formula = (() => {
  "use strict";
  const DEEPEST = 60;
  const EM = { em: 1, ex: 0.45, pt: 0.1, mu: 1 / 18, px: 1 / 16, cm: 2.8, mm: 0.28, in: 7.2, pc: 1.2, bp: 0.1 };
  const STEPS = { 0: 0, 1: 0.1667, 2: 0.25, 3: 0.4, 5: 0.6, 10: 1, 20: 2 };
  const EDGES = { Top: "t", Right: "r", Bottom: "b", Left: "l" };

  const ems = (length) => {
    const [, number, unit] = /^(-?[\d.]+)\s*([a-z]*)$/.exec(String(length).trim()) || [0, "0", "em"];
    return Number(number) * (EM[unit] || 1);
  };
  const step = (length) => {
    const wanted = Math.abs(ems(length));
    return Object.keys(STEPS).reduce((a, b) => (Math.abs(STEPS[b] - wanted) < Math.abs(STEPS[a] - wanted) ? b : a));
  };

  const unstyle = (node) => {
    const style = node.style || {};
    const add = (name) => node.classes.push("tml-" + name);
    for (const [edge, letter] of Object.entries(EDGES)) {
      if (style["padding" + edge] !== undefined) add(`p${letter}-${step(style["padding" + edge])}`);
      const border = style["border" + edge];
      if (border) add(`b${letter}-${border.trim().split(" ").pop()}`);
    }
    if (style.padding === "0") add("p-0");
    if (style.width) add("w-" + parseInt(style.width, 10));
    if (style.marginLeft) add(`m-${step(style.marginLeft)}`);
    if (style.textAlign || /text-align: *left/.test(node.attributes.style)) add("left");
    if (style.fontWeight === "bold" || style["font-weight"] === "bold" || /bold/.test(node.attributes.style)) add("bold");
    if (style["font-style"] === "italic") add("italic");
    if (style.transform) add("mirrored");
    if (style.position === "absolute") add("over");
    if (style.position === "relative") add("under");
    if (style.justifyContent) add("middle");
    if (style.color) node.attributes.mathcolor = style.color;
    const depth = style["math-depth"] ?? style.mathDepth;
    if (depth !== undefined) node.attributes.scriptlevel = String(depth);
    delete node.attributes.style;
    node.style = {};
  };

  const walk = (node, depth) => {
    if (depth > DEEPEST) throw new RangeError("deep");
    if (node.attributes && node.classes) unstyle(node);
    const children = node.children || [];
    children.forEach((child, index) => {
      // References would link to ids, which a text's formulas don't have: they show the label.
      if (child.href !== undefined) children[index] = mtext(child.href.slice(1));
      walk(children[index], depth + 1);
    });
  };

  const mtext = (text) => ({
    children: [],
    toMarkup: () => "<mtext>" + text.replace(/[&<>"']/g, "") + "</mtext>",
    toText: () => text,
  });

  return (source, display) => {
    try {
      const options = { displayMode: display, throwOnError: true, trust: false, wrap: "tex", maxExpand: 500, maxSize: [20, 200] };
      const tree = temml.__renderToMathMLTree(source, options);
      if (tree.href !== undefined) return JSON.stringify({ html: `<math>${mtext(tree.href.slice(1)).toMarkup()}</math>` });
      walk(tree, 0);
      return JSON.stringify({ html: tree.toMarkup() });
    } catch (error) {
      if (error instanceof temml.ParseError) return JSON.stringify({ error: error.message });
      throw error;
    }
  };
})();
