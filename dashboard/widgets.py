"""Widgets for one field of a chart's parameters. Their value stands in the session under `key` before they are made."""

import types
from datetime import date
from typing import Any, Union, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from dashboard import labels
from dashboard.language import _, current, decomposed, typed, typed_number

MOST_AS_BUTTONS = 4
AS_SLIDER = ("year",)  # moved to and fro, rather than picked from a list


def pick_many(label: str, names: dict[Any, str], key: str, most: int | None, placeholder: str) -> tuple[Any, ...]:
    """Some of many codes, at most `most`."""
    chosen = st.multiselect(
        label,
        list(names),
        format_func=lambda code: decomposed(names[code]),
        key=key,
        max_selections=most,
        select_all=False,  # Streamlit says it in English alone
        width=420,
        placeholder=placeholder,
    )
    return tuple(chosen)


def pick_one(label: str, names: dict[Any, str], key: str, when_open: str | None) -> Any:
    """One of the codes: buttons for a few, a list for many. `when_open`: it may stay open, and this is what that means."""
    codes = list(names)
    if len(codes) <= MOST_AS_BUTTONS and when_open is None:
        return st.segmented_control(
            label, codes, format_func=lambda code: names[code], key=key, required=True, wrap=True
        )
    width = min(380, max(130, 60 + 8 * max(len(str(text)) for text in (*names.values(), when_open or ""))))
    index = 0 if when_open is None else None
    return st.selectbox(
        label,
        codes,
        index=index,
        format_func=lambda code: decomposed(str(names[code])),
        key=key,
        width=width,
        placeholder=when_open or "",
    )


def entry(info: FieldInfo, label: str, key: str, name: str) -> Any:
    """A switch, a day, a number or a text, as the field's type says."""
    kind = kind_of(info)
    if kind is bool:
        return st.toggle(label, key=key)
    if kind is date:
        first, last = date(2014, 1, 1), date(2060, 12, 31)
        return st.date_input(label, key=key, format="YYYY-MM-DD", width=170, min_value=first, max_value=last)
    placeholder = labels.of(name, None) if is_optional(info) else None
    if kind is float:
        return decimal(label, key, placeholder)
    if kind is int:
        least, most = bounds_of(info)
        return st.number_input(label, least, most, key=key, placeholder=placeholder, width=190)
    text = st.text_input(label, key=key, width=200)
    return (text or None) if is_optional(info) else text


def decimal(label: str, key: str, placeholder: str | None = None, *, start: float | None = None) -> float | str | None:
    """A number, typed and shown as the reader's language writes it; what is no number stays a text, for the caller to tell.

    The browser's own field for numbers goes by the browser's language: in another one it drops the comma of 1,5.
    start: what it begins with, where the caller has not put a text into the session.
    """
    if start is not None:
        key = f"{key}.{current()}"
        st.session_state.setdefault(key, typed(start))
    value = typed_number(st.session_state[key] or "")
    if value is not None:
        st.session_state[key] = typed(value)
    text = st.text_input(label, key=key, placeholder=placeholder, width=190)
    return (text or None) if value is None else value


def is_optional(info: FieldInfo) -> bool:
    return type(None) in get_args(info.annotation)


def kind_of(info: FieldInfo) -> Any:
    """The type of a field without its None."""
    if get_origin(info.annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(info.annotation) if kind is not type(None))
    return info.annotation


def bounds_of(info: FieldInfo) -> tuple[Any, Any]:
    """The least and the most a field's number may be, in the field's own type: Streamlit refuses another."""
    least = next((item.ge for item in info.metadata if isinstance(item, Ge)), None)
    most = next((item.le for item in info.metadata if isinstance(item, Le)), None)
    kind = kind_of(info)
    return None if least is None else kind(least), None if most is None else kind(most)


def wrong(info: FieldInfo, value: Any, name: str) -> str:
    """What is said of a field that holds nothing, or no number within its bounds."""
    label = _(info.title or name)
    if not isinstance(value, str | float):
        return _("“{label}” is empty; the default is shown until you choose.").format(label=label)
    said = _("“{label}” takes a number from {least} to {most}, not “{value}”; the default is shown until you choose.")
    least, most = map(typed, bounds_of(info))
    return said.format(
        label=label, least=least, most=most, value=value[:60] if isinstance(value, str) else typed(value)
    )


def most_of(info: FieldInfo) -> int | None:
    """How many a list may hold."""
    return next((item.max_length for item in info.metadata if hasattr(item, "max_length")), None)
