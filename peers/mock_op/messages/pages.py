"""The provider's pages: complete without script, in both languages."""

from html import escape
from typing import Final

_STYLE: Final = (
    "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:24rem;"
    "margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "input{font:inherit;display:block;width:100%;box-sizing:border-box;min-height:44px;"
    "margin:0 0 1rem;padding:0 .5rem}"
    "button{font:inherit;min-height:44px;padding:0 1.25rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#16181c}}"
)


def login_page(name: str, ticket: str, nonce: str, *, wrong: bool) -> str:
    """Return the form; ``wrong`` says that the last try did not fit."""
    told = (
        '<p id="wrong" role="alert">用户名或密码不正确。'
        '<span lang="en">Wrong user name or password.</span></p>'
        if wrong
        else ""
    )
    body = f"""<main><h1>{escape(name)}<br><small lang="en">Sign in</small></h1>{told}
<form method="post" action="/login" id="login-form">
<input type="hidden" name="ticket" value="{escape(ticket)}">
<label for="username">用户名 <span lang="en">User name</span></label>
<input id="username" name="username" autocomplete="username" required>
<label for="password">密码 <span lang="en">Password</span></label>
<input id="password" name="password" type="password" autocomplete="current-password"
 required>
<button id="sign-in">登录 <span lang="en">Sign in</span></button></form></main>"""
    return _page(name, body, nonce)


def signed_out_page(name: str, nonce: str) -> str:
    """Return the page after signing out, where nobody waits for the browser."""
    body = """<main id="signed-out"><h1>已退出登录
<small lang="en">Signed out</small></h1></main>"""
    return _page(name, body, nonce)


def error_page(name: str, code: str, reference: str, nonce: str) -> str:
    """Return the page of a refusal: nobody is sent anywhere."""
    body = f"""<main id="error" data-code="{escape(code)}"
 data-reference="{escape(reference)}"><h1>无法继续
<small lang="en">Cannot go on</small></h1>
<p>请回到您要使用的服务重新进入。<span lang="en">Go back to the service you want to use and
enter again.</span></p><p>{escape(code)} · {escape(reference)}</p></main>"""
    return _page(name, body, nonce)


def _page(title: str, body: str, nonce: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="{nonce}">{_STYLE}</style></head><body>{body}</body></html>"""
