"""Controls made from a chart's parameters: one widget a field, its choices from the release, its value in the URL.

The address bar always says what is shown: values are read from it once when a link is opened, kept in the session while
one works, and written back after every change. A parameter two charts of a page share is asked once.
"""

import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from dashboard import labels, links
from dashboard.language import _
from dashboard.params import ChartParams
from etl.ledger.snapshot import Snapshot

MOST_AS_BUTTONS = 4
AS_SLIDER = ("year",)  # moved to and fro, rather than picked from a list
BEHIND_MORE = (
    "publisher",
    "transform",
    "edition",
    "since",
    "importer",
    "known",
)  # seldom moved: kept out of the first look


class Controls:
    """The controls of one page in one run of it. `query` is what the URL says."""

    def __init__(self, page: str, snapshot: Snapshot, query: dict[str, str], opened: bool):
        self.page, self.snapshot, self.query = page, snapshot, query
        self.opened = opened  # the URL was set from outside: it wins over what the widgets hold
        self.asked: dict[str, Any] = {}
        self.notes: list[str] = []

    def ask(
        self,
        model: type[ChartParams],
        *,
        hidden: tuple[str, ...] = (),
        fixed: Mapping[str, Any] | None = None,
        upfront: tuple[str, ...] = (),
        matters: Mapping[str, Callable[[Mapping[str, Any]], bool]] | None = None,
    ) -> ChartParams:
        """The parameters of a chart, from widgets for those not asked on this page yet. `fixed` values get no widget.

        `upfront` names stand in the row though they are seldom moved elsewhere; a name in `matters` is asked only where
        its rule says so of what was asked before it.
        """
        fixed = fixed or {}
        new = [
            name for name in model.model_fields if name not in self.asked and name not in fixed and name not in hidden
        ]
        linked = self._linked(model, new)
        first = [name for name in new if name not in BEHIND_MORE or name in upfront]
        more = [name for name in BEHIND_MORE if name in new and name not in upfront]
        if new:
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"controls_{self.page}_{new[0]}"):
                for name in first:
                    if matters and name in matters and not matters[name](self.asked):
                        continue
                    self.asked[name] = self._widget(model, name, getattr(linked, name))
                if more:
                    with st.popover(_("More choices"), icon=":material/tune:", width="content"):
                        for name in more:
                            self.asked[name] = self._widget(model, name, getattr(linked, name))
        held = {name: self.asked[name] for name in model.model_fields if name in self.asked}
        return model.model_validate(held | dict(fixed))

    def _linked(self, model: type[ChartParams], new: list[str]) -> ChartParams:
        """What the URL says for these fields, with a note for what had to fall back; once the widgets hold it, not read again."""
        if not self.opened and all(f"{self.page}.{name}" in st.session_state for name in new):
            return model()
        linked = links.params_of(model, links.homely(model, self.query) | self.query, self.snapshot)
        self.notes += [note.text(_) for note, name in zip(linked.notes, linked.refused, strict=True) if name in new]
        return linked.params

    def choose(self, name: str, options: Mapping[str, str], default: str) -> str:
        """One of a few views of a page, as buttons; `options` maps codes to what they are called."""
        key = self._keep(name, self._known(name, options, default))
        chosen = st.segmented_control(
            name, list(options), format_func=options.get, key=key, label_visibility="collapsed", required=True
        )
        self.asked[name] = chosen or default
        return self.asked[name]

    def pick(self, name: str, label: str, options: Mapping[str, str], default: str) -> str:
        """One of many options by a list; `options` maps codes to what they are called."""
        value = self._known(name, options, default)
        self.asked[name] = self._pick(name, label, dict(options), value)
        return self.asked[name]

    def _known(self, name: str, options: Mapping[str, str], default: str) -> str:
        value = self.query.get(name, default)
        if value in options:
            return value
        self.notes.append(
            _("“{value}” is not a value of “{name}” here; showing the default instead.").format(
                value=value[:60], name=name
            )
        )
        return default

    def typed(self, name: str, label: str, read: Callable[[str], tuple[Any, Iterable[str]]]) -> Any:
        """A value people type as text. `read` gives the value and the pieces it could make nothing of: they are told."""
        value, refused = read(st.text_input(label, key=self._keep(name, self.query.get(name, ""))))
        for piece in refused:
            self.notes.append(
                _("“{value}” is not a value of “{name}” here; it is left out.").format(value=piece[:60], name=name)
            )
        self.asked[name] = value
        return value

    def link(self) -> dict[str, str]:
        """What the URL is to say now."""
        return {name: links.text_of(value) for name, value in self.asked.items() if value not in (None, ())}

    # --- one widget ------------------------------------------------------------------------------------------------

    def _keep(self, name: str, value: Any) -> str:
        """The widget's key, with its value put in place when the page is opened or the widget is new."""
        key = f"{self.page}.{name}"
        if self.opened or key not in st.session_state:
            st.session_state[key] = value
        return key

    def _widget(self, model: type[ChartParams], name: str, value: Any) -> Any:
        info = model.model_fields[name]
        label = _(info.title or name)
        choices = links.choices_of(model).get(name)
        if choices:
            return self._pick(
                name,
                label,
                choices.names(self.snapshot),
                value,
                many=links.is_list(model, name),
                optional=_optional(info),
                most=_most(info),
            )
        kind = _kind(info)
        if get_origin(kind) is Literal:
            return self._pick(
                name, label, {code: labels.of(name, code) for code in get_args(kind)}, value, optional=_optional(info)
            )
        if kind is bool:
            return st.toggle(label, key=self._keep(name, value))
        if kind is date:
            return st.date_input(
                label,
                key=self._keep(name, value),
                format="YYYY-MM-DD",
                width=170,
                min_value=date(2014, 1, 1),
                max_value=date(2060, 12, 31),
            )
        if kind in (int, float):
            least, most = _bound(info, Ge), _bound(info, Le)
            step = 1 if kind is int else 0.1
            hint = labels.of(name, None) if _optional(info) else None
            return st.number_input(
                label,
                min_value=least,
                max_value=most,
                step=step,
                key=self._keep(name, value),
                placeholder=hint,
                width=150,
            )
        return st.text_input(label, key=self._keep(name, value), width=200)

    def _pick(
        self, name: str, label: str, names: dict[Any, str], value: Any, *, many=False, optional=False, most=None
    ) -> Any:
        codes = list(names)
        if many:
            key = self._keep(name, [code for code in value if code in names])
            return tuple(
                st.multiselect(
                    label,
                    codes,
                    format_func=names.get,
                    key=key,
                    max_selections=most,
                    width=420,
                    placeholder=labels.of(name, None),
                )
            )
        key = self._keep(name, value)
        if st.session_state[key] not in codes and not (optional and st.session_state[key] is None):
            st.session_state[key] = None if optional else codes[0]
        if len(codes) <= MOST_AS_BUTTONS and not optional:
            return st.segmented_control(label, codes, format_func=names.get, key=key, required=True)
        if name in AS_SLIDER and optional:
            options = [*sorted(codes), None]
            return st.select_slider(
                label, options, format_func=lambda code: names.get(code) or labels.of(name, None), key=key, width=320
            )
        width = min(380, max(130, 60 + 8 * max(len(str(text)) for text in names.values())))
        index = None if optional else 0
        return st.selectbox(
            label, codes, index=index, format_func=names.get, key=key, width=width, placeholder=labels.of(name, None)
        )


def _optional(info: FieldInfo) -> bool:
    return type(None) in get_args(info.annotation)


def _kind(info: FieldInfo) -> Any:
    """The type of a field without its None."""
    if get_origin(info.annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(info.annotation) if kind is not type(None))
    return info.annotation


def _bound(info: FieldInfo, kind: type[Ge] | type[Le]) -> Any:
    return next((getattr(item, kind.__name__.lower()) for item in info.metadata if isinstance(item, kind)), None)


def _most(info: FieldInfo) -> int | None:
    return next((item.max_length for item in info.metadata if hasattr(item, "max_length")), None)
