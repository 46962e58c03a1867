"""The sign-in page as HTML: written on the server, without scripts, readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from lib import words
from lib.store.people import Member
from lib.words import _, current_locale

_LANGUAGES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True)
class Door:
    """What the sign-in page shows; `members` is empty outside demonstration mode."""

    bank: str
    then: str
    seal: str
    members: Sequence[Member] = ()
    company: str = ""
    problem: str = ""
    login: str = ""


def html(door: Door) -> str:
    """The whole page in the language spoken now."""
    lang = current_locale().replace("_", "-")
    body = _cast(door) if door.members else _form(door)
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{escape(_("登录"))} · {escape(_("客户关系管理"))}</title>
<link rel="icon" href="/assets/icon.png">
<link rel="stylesheet" href="/assets/sign-in.css">
</head>
<body>
<main{' class="wide"' if door.members else ""}>
<header>
<img src="/assets/icon.png" alt="" width="44" height="44">
<div><p class="bank">{escape(door.bank)}</p><h1>{escape(_("客户关系管理"))}</h1></div>
</header>
{_problem(door)}
{body}
<footer>{_languages(door)}</footer>
</main>
</body>
</html>
"""


def _problem(door: Door) -> str:
    return f'<p class="problem" role="alert">{escape(door.problem)}</p>' if door.problem else ""


def _form(door: Door) -> str:
    query = escape(urlencode({"next": door.then}))
    company = f'<a class="company" href="/sign-in/company?{query}">{escape(door.company)}</a>' if door.company else ""
    return f"""<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(door.then)}">
<input type="hidden" name="seal" value="{escape(door.seal)}">
<label>{escape(_("账号"))}
<input name="login" value="{escape(door.login)}" autocomplete="username" autocapitalize="none" spellcheck="false"
 required maxlength="60" autofocus></label>
<label>{escape(_("密码"))}
<input name="password" type="password" autocomplete="current-password" required maxlength="200"></label>
<button>{escape(_("登录"))}</button>
</form>
{company}
<p class="note">{escape(_("忘记密码或账号被锁定，请联系系统管理员。"))}</p>"""


def _cast(door: Door) -> str:
    groups = dict.fromkeys(member.role for member in door.members)
    sections = "".join(
        f"<section><h2>{escape(words.name('role', role))}</h2>"
        + "".join(_member(door, member) for member in door.members if member.role == role)
        + "</section>"
        for role in groups
    )
    note = _("这是演示银行：人物与数据都是虚构的。选择一个人，就以他的岗位和权限进入。")
    label = escape(_("选择身份"))
    return f'<p class="note lead">{escape(note)}</p><nav class="cast" aria-label="{label}">{sections}</nav>'


def _member(door: Door, member: Member) -> str:
    target = urlsplit(door.then)
    query = urlencode([*parse_qsl(target.query, keep_blank_values=True), ("demo_user", member.login)])
    where = f"<small>{escape(member.branch)}</small>" if member.branch else ""
    return (
        f'<a href="{escape(target.path)}?{escape(query)}" rel="nofollow">'
        f"<b>{escape(member.name)}</b>{where}<code>{escape(member.login)}</code></a>"
    )


def _languages(door: Door) -> str:
    links = []
    for code, title in _LANGUAGES.items():
        if code == current_locale():
            links.append(f'<span aria-current="true">{title}</span>')
        else:
            query = urlencode({"lang": code, "next": door.then})
            links.append(f'<a href="/sign-in?{escape(query)}" lang="{code[:2]}">{title}</a>')
    return " · ".join(links)
