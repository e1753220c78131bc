"""The audit log keeps sentences in English; this tells them in the reader's language."""

import re

from dashboard.auth.permission import (
    NAMELESS,
    NO_EDITOR,
    NO_VIEWER,
    NOBODY,
    NOBODY_LOOKS,
    NOT_PROVEN,
    NOT_SET_UP,
    RAN_OUT,
    SIGNED_OUT,
)
from dashboard.language import _
from etl.message import N_

ACTIONS = (
    N_("draft {key}"), N_("publish “{message}”"), N_("keep the draft “{message}”"), N_("publish the draft {key}"), N_("submit the draft {key}"),
    N_("approve the draft {key}"), N_("change the draft {key}"), N_("withdraw the draft {key}"), N_("send back the draft {key}"),
    N_("merge the draft {key}"), N_("publish the file {name}"), N_("revoke short link {key}"), N_("ask {code} for something new"),
    N_("release {newest} was published after release {base}"),
)  # fmt: skip
WHYS = (NOT_SET_UP, NOT_PROVEN, NOBODY, NOBODY_LOOKS, RAN_OUT, SIGNED_OUT, NO_EDITOR, NAMELESS, NO_VIEWER)


def retold(text: str) -> str:
    """What was kept, in the reader's language; what is none of ours stays as it is."""
    for template in (*WHYS, *ACTIONS):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return _(template).format(**found.groupdict())
    return text
