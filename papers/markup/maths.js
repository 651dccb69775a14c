// Calls Temml and returns JSON: {"html"} or {"error"}. What Temml sets as inline style the content security policy
// would drop: lengths become spaces and struts, colours attributes, and the rest the few classes of maths.css.
globalThis.console = { log() {}, warn() {}, error() {} };

globalThis.formula = (() => {
  "use strict";
  const DEEPEST = 60;
  const EM = { em: 1, ex: 0.45, pt: 0.1, mu: 1 / 18, px: 1 / 16, cm: 2.8, mm: 0.28, in: 7.2, pc: 1.2, bp: 0.1 };
  // The padding of a cell in MathML Core.
  const BESIDE = "0.4em";
  // Formulas within a line that may be wider than a phone can be moved under the finger.
  const LONG = 40;
  const NEGATIVE = 1 / 6;

  const MACROS = {
    "\\DeclareMathOperator": "\\newcommand{#1}{\\operatorname{#2}}",
    "\\mathbbm": "\\mathbb",
    "\\mathds": "\\mathbb",
    "\\abs": "\\lvert #1\\rvert",
    "\\norm": "\\lVert #1\\rVert",
  };

  const ems = (length) => {
    const [, number, unit] = /^(-?[\d.]+)\s*([a-z]*)$/.exec(String(length).trim()) || [0, "0", "em"];
    return Number(number) * (EM[unit] || 1);
  };
  const element = (type, attributes, classes = []) => ({
    type,
    attributes,
    classes,
    children: [],
    toMarkup: () =>
      `<${type}${Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("")}` +
      `${classes.length ? ` class="${classes.join(" ")}"` : ""}></${type}>`,
    toText: () => "",
  });
  const space = (attributes) => element("mspace", attributes);
  const rounded = (number) => String(Math.round(number * 1000) / 1000) + "em";

  const unstyle = (node) => {
    const style = node.style || {};
    const said = node.attributes.style || "";
    const add = (name) => node.classes.push("tml-" + name);

    if (node.type === "mtd" && (style.paddingLeft || style.paddingRight)) {
      const [left, right] = [ems(style.paddingLeft || BESIDE), ems(style.paddingRight || BESIDE)];
      add("flat");
      if (left > 0) node.children.unshift(space({ width: rounded(left) }));
      if (right > 0) node.children.push(space({ width: rounded(right) }));
    }
    const above = ems(style.paddingTop || "0");
    if (above > 0) node.children.push(space({ height: rounded(0.5 + above), depth: rounded(0.1 + above) }));
    if (style.marginLeft) {
      const times = Math.min(Math.round(-ems(style.marginLeft) / NEGATIVE), 24);
      for (let i = 0; i < times; i++) node.children.push(element("mrow", {}, ["tml-back"]));
    }
    for (const edge of ["Top", "Right", "Bottom", "Left"]) {
      const border = style["border" + edge];
      if (border) add(edge.toLowerCase() + "-line");
      if (border && border.includes("dashed")) add("dashed");
    }
    if (node.attributes.notation === "updiagonalstrike downdiagonalstrike") {
      node.children.push(element("mrow", {}, ["tml-cancel", "tml-downstrike"]));
    }
    if (style.border) add("fbox");
    if (style.padding === "0") add("flat");
    if (style.width) add("wide-" + parseInt(style.width, 10));
    if (style.textAlign || said.includes("text-align")) add("left");
    if (style.fontWeight === "bold" || style["font-weight"] === "bold" || said.includes("bold")) add("bold");
    if (style.position === "relative") add("under");
    if (style.position === "absolute") add("over");
    if (style.justifyContent) add("middle");
    if (style.color) node.attributes.mathcolor = style.color;
    const depth = style["math-depth"] ?? style.mathDepth;
    if (depth !== undefined) node.attributes.scriptlevel = String(depth);
    delete node.attributes.style;
    node.style = {};
    if (node.classes.includes("menclose")) add("under");
    if (node.classes.includes("downstrike")) add("downstrike");
  };

  const walk = (node, depth) => {
    if (depth > DEEPEST) throw new RangeError("deep");
    // For an empty label of a diagram Temml passes something else as the children.
    if (node.children && !Array.isArray(node.children)) node.children = [];
    // Nor may an operator hold elements (\mathop): browsers show nothing of them.
    if (node.type === "mo" && node.children.some((child) => child.type)) {
      node.type = "mrow";
      for (const [side, add] of [["lspace", "unshift"], ["rspace", "push"]]) {
        if (node.attributes[side]) node.children[add](space({ width: node.attributes[side] }));
      }
      node.attributes = {};
    }
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

  return (source, display, own) => {
    try {
      // A fresh copy each time: a formula can define macros too, and only for itself.
      const macros = { ...MACROS, ...JSON.parse(own) };
      const options = {
        macros,
        displayMode: display,
        throwOnError: true,
        trust: false,
        wrap: "tex",
        maxExpand: 500,
        maxSize: [20, 200],
      };
      const tree = temml.__renderToMathMLTree(source, options);
      if (tree.href !== undefined) return JSON.stringify({ html: `<math>${mtext(tree.href.slice(1)).toMarkup()}</math>` });
      walk(tree, 0);
      if (!display && source.length > LONG) tree.classes.push("tml-long");
      return JSON.stringify({ html: tree.toMarkup() });
    } catch (error) {
      if (error instanceof temml.ParseError) return JSON.stringify({ error: error.message });
      // Some unfinished formulas, such as "x^", are not noticed by Temml itself.
      if (error instanceof TypeError) return JSON.stringify({ error: "" });
      throw error;
    }
  };
})();
