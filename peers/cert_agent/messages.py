"""The agent's pages: complete without script, in both languages."""

from dataclasses import asdict
from html import escape
from typing import Final

from kernel.secret import Secret
from peers.cert_agent.domain import Answer, Question

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:36rem;"
    "margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "pre{white-space:pre-wrap;word-break:break-all;background:#f3f5f8;padding:.75rem}"
    "button{font:inherit;min-height:44px;padding:0 1.25rem;margin-right:.75rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#16181c}"
    "pre{background:#22262c}}"
)


def confirmation_page(question: Question, holder: str, token: Secret, nonce: str) -> str:
    """Return the page on which the person sees who asks, and confirms or refuses."""
    field = f'<input type="hidden" name="token" value="{escape(token.reveal())}">'
    body = f"""
<h1>使用数字证书登录？<br><small lang="en">Sign in with your certificate?</small></h1>
<p>请求方 <span lang="en">Asked by</span>:
<strong id="asker">{escape(question.asker)}</strong></p>
<p>证书 <span lang="en">Certificate</span>:
<strong id="holder">{escape(holder)}</strong></p>
<p>将要签名的内容 <span lang="en">What will be signed</span>:</p>
<pre id="message">{escape(question.message)}</pre>
<p>如果不是您本人正在登录该网站，请点“拒绝”。<span lang="en">If you are not signing in
there just now, refuse.</span></p>
<form method="post" action="/confirm" id="agent-form">{field}
<button id="agent-confirm" name="act" value="confirm">确认签名 Confirm</button>
<button id="agent-refuse" name="act" value="refuse">拒绝 Refuse</button></form>"""
    return _page("数字证书助手", body, nonce)


def answer_page(question: Question, answer: Answer, nonce: str) -> str:
    """Return the page that posts the answer back: by itself, or by its button."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in asdict(answer).items()
    )
    body = f"""
<h1>已签名 <small lang="en">Signed</small></h1>
<form method="post" action="{escape(question.answer_to)}" id="answer-form">{fields}
<button id="agent-continue">返回并继续登录 Continue</button></form>
<script nonce="{nonce}">document.getElementById("answer-form").submit()</script>"""
    return _page("已签名", body, nonce)


def refused_page(nonce: str) -> str:
    """Return the page after the person refused."""
    body = """<main id="refused"><h1>未签名 <small lang="en">Not signed</small></h1>
<p>没有向网站发送任何内容，可以关闭此页。<span lang="en">Nothing was sent; you may close
this page.</span></p></main>"""
    return _page("未签名", body, nonce)


def error_page(code: str, reference: str, nonce: str) -> str:
    """Return the page of a refusal."""
    body = f"""<main id="error" data-code="{escape(code)}"
 data-reference="{escape(reference)}"><h1>无法签名 <small lang="en">Cannot sign</small></h1>
<p>请求不符合要求，没有签名。请回到原网站重新开始。<span lang="en">Nothing was signed; go
back to the site and start again.</span></p>
<p>{escape(code)} · {escape(reference)}</p></main>"""
    return _page("无法签名", body, nonce)


def idle_page(holder: str, nonce: str) -> str:
    """Return the page that shows that the agent runs."""
    body = f"""<h1>数字证书助手已启动 <small lang="en">The agent runs</small></h1>
<p>证书 <span lang="en">Certificate</span>: {escape(holder)}</p>"""
    return _page("数字证书助手", body, nonce)


def _page(title: str, body: str, nonce: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="{nonce}">{_STYLE}</style></head><body>{body}</body></html>"""
