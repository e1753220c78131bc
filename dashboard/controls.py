"""Controls made from a chart's parameters: one widget a field, its choices from the release, its value in the URL.

The address bar always says what is shown: values are read from it once when a link is opened, kept in the session while
one works, and written back after every change. They are kept apart from the widgets, because a widget that is not on the
screen (behind a closed button, under another chart) has no state. A parameter two charts of a page share is asked once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic import ValidationError

from dashboard import labels, links, widgets
from dashboard.comparison.moments import OF_A
from dashboard.language import _, typed
from dashboard.params import EVENTS, AnyParams, ChartParams
from etl.ledger.snapshot import Snapshot
from etl.message import N_

HOME, LINK = ".home", ".link"  # beside what was chosen: the home country it was chosen from, and what the link said
CHOICES = {"view": N_("Chart"), "list": N_("List")}  # what rows of buttons are called to those who do not see them
BEHIND_MORE = tuple(["publisher", "transform", "edition", "since", "importer", "known", "due_from", "due_until"])
"""Seldom moved: kept out of the first look."""


class Controls:
    """The controls of one page in one run of it. `query` is what the URL says."""

    def __init__(self, page: str, snapshot: Snapshot, query: dict[str, str], opened: bool):
        self.page, self.snapshot, self.query = page, snapshot, query
        self.opened = opened  # the URL was set from outside: it wins over what was chosen before
        self.chosen: dict[str, Any] = st.session_state.setdefault(f"chosen.{page}", {})
        if opened and not _returning(query, self.chosen):
            self.chosen.clear()
            self.chosen[LINK] = query
        self.chosen[HOME] = query.get("home")
        self.asked: dict[str, Any] = {}
        self.notes: list[str] = []

    def ask(
        self,
        model: type[AnyParams],
        *,
        hidden: tuple[str, ...] = (),
        fixed: Mapping[str, Any] | None = None,
        upfront: tuple[str, ...] = (),
        matters: Mapping[str, Callable[[Mapping[str, Any]], bool | Collection[Any]]] | None = None,
    ) -> AnyParams:
        """The parameters of a chart, from widgets for those not asked on this page yet. `fixed` values get no widget.

        `upfront` names stand in the row though they are seldom moved elsewhere; a name in `matters` is asked only where
        its rule says so of what was asked before it, and of its codes those that the rule names.
        """
        fixed = fixed or {}
        new = [
            name for name in model.model_fields if name not in self.asked and name not in fixed and name not in hidden
        ]
        first = [name for name in new if name not in (*BEHIND_MORE, *OF_A) or name in upfront]
        first.sort(key=EVENTS.__eq__)  # last: whether they can be shown hangs on what was asked before
        more = [name for name in BEHIND_MORE if name in new and name not in upfront]
        other = [name for name in OF_A if name in new]
        if new:
            values = self._values(model, new)
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"controls_{self.page}_{new[0]}"):
                for name in first:
                    if offered := (matters or {}).get(name, partial(model.matters, name))(self.asked):
                        self._take(model, name, self._widget(model, name, values, offered))
                if more:
                    self._ask_more(model, more, values, _("More choices"), ":material/tune:")
                if other:
                    self._ask_more(model, other, values, _("Compare with another moment"), ":material/compare_arrows:")
        return self._valid(model, fixed)

    def _ask_more(
        self, model: type[ChartParams], names: list[str], values: Mapping[str, Any], label: str, icon: str
    ) -> None:
        """What is seldom moved, behind a button: while it is closed, what was chosen stands without a widget."""
        key = f"more_{self.page}_{names[0]}"
        behind = st.popover(label, icon=icon, width="content", key=key, on_change="rerun")
        with behind:
            for name in names:
                self._take(model, name, self._widget(model, name, values) if behind.open else values[name])

    def _take(self, model: type[ChartParams], name: str, value: Any) -> None:
        """What is asked for now. A default that nobody chose stays open: another chart may start from another one."""
        self.asked[name] = value
        if name in self.chosen or value != getattr(self._defaults(model), name):
            self.chosen[name] = value

    def _defaults(self, model: type[ChartParams]) -> ChartParams:
        """What the link said when the page was opened, else the chart's defaults for the home country."""
        return self._linked(model).params

    def _linked(self, model: type[ChartParams]) -> links.ParsedQuery:
        return links.params_of(model, links.homely(model, self.query) | self.chosen.get(LINK, {}), self.snapshot)

    def _valid(self, model: type[AnyParams], fixed: Mapping[str, Any]) -> AnyParams:
        """The parameters; a field that was emptied and may not be is drawn with its default, and that is said."""
        while True:
            given = {name: self.asked[name] for name in model.model_fields if name in self.asked}
            try:
                return model.model_validate({**given, **fixed})
            except ValidationError as error:
                wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]} & set(given)
                if not wrong:
                    raise
            start = links.params_of(model, links.homely(model, self.query), self.snapshot).params
            for name in sorted(wrong):
                self.notes.append(widgets.wrong(model.model_fields[name], given[name], name))
                self.asked[name] = getattr(start, name)

    def _values(self, model: type[ChartParams], new: list[str]) -> dict[str, Any]:
        """What these fields hold now: what was chosen here, else what the link said, with a note for what had to fall back."""
        linked = self._linked(model)
        self.notes += [
            note.text(_)
            for note, name in zip(linked.notes, linked.refused, strict=True)
            if name in new and name not in self.chosen
        ]
        chosen = {name: self.chosen[name] for name in new if name in self.chosen}
        query = {name: links.text_of(value) for name, value in chosen.items() if value is not None}
        parsed = links.params_of(model, query, self.snapshot)  # another chart may not know what was chosen for this one
        return {
            name: getattr(parsed.params, name)
            if name in query and name not in parsed.refused
            else None
            if name in chosen and name not in query
            else getattr(linked.params, name)
            for name in new
        }

    def choose(self, name: str, options: Mapping[str, str], default: str) -> str:
        """One of a few views of a page, as buttons; `options` maps codes to what they are called."""
        key = self._keep(name, self._known(name, options, default))
        how: dict[str, Any] = {"format_func": options.__getitem__, "required": True, "wrap": True}
        label = _(CHOICES[name])
        chosen = st.segmented_control(label, list(options), key=key, label_visibility="collapsed", **how)
        self.asked[name] = self.chosen[name] = chosen or default
        return self.asked[name]

    def pick(self, name: str, label: str, options: Mapping[str, str], default: str) -> str:
        """One of many options by a list; `options` maps codes to what they are called."""
        value = self._known(name, options, default)
        self.asked[name] = self.chosen[name] = self._pick(name, label, dict(options), value)
        return self.asked[name]

    def _known(self, name: str, options: Mapping[str, str], default: str) -> str:
        value = self.chosen.get(name) or self.chosen.get(LINK, self.query).get(name, default)
        if value in options:
            return value
        self.notes.append(
            _("“{value}” is not a value of “{name}” here; showing the default instead.").format(
                value=value[:60], name=name
            )
        )
        return default

    def typed(
        self, name: str, label: str, read: Callable[[str], tuple[Any, Iterable[str]]], *, shown: bool = True
    ) -> Any:
        """A value people type as text. `read` gives the value and the pieces it could make nothing of: they are told.

        Without `shown` there is no field on the screen, and what was typed stands.
        """
        text = self.chosen.get(f"{name}.text", self.chosen.get(LINK, self.query).get(name, ""))
        if shown:
            text = st.text_input(label, key=self._keep(name, text))
        self.chosen[f"{name}.text"] = text
        value, refused = read(text)
        for piece in refused:
            self.notes.append(
                _("“{value}” is not a value of “{name}” here; it is left out.").format(value=piece[:60], name=name)
            )
        self.asked[name] = self.chosen[name] = value
        return value

    def link(self) -> dict[str, str]:
        """What the URL is to say now."""
        return {name: links.text_of(value) for name, value in self.asked.items() if value not in (None, ())}

    # --- one widget ------------------------------------------------------------------------------------------------

    def _keep(self, name: str, value: Any) -> str:
        """The widget's key, with its value put in place when the page is opened or the widget comes on the screen."""
        key = f"{self.page}.{name}"
        moved = name not in self.chosen and self.chosen.get(f"{name}.start", value) != value
        if (
            self.opened
            or key not in st.session_state
            or (moved and st.session_state[key] == self.chosen[f"{name}.start"])
        ):
            st.session_state[key] = value
        self.chosen[f"{name}.start"] = value
        return key

    def _widget(self, model: type[ChartParams], name: str, values: Mapping[str, Any], offered: Any = True) -> Any:
        """The widget of one field; `values` are those of all fields asked with it, until their widgets say otherwise."""
        info, value = model.model_fields[name], values[name]
        label = _(info.title or name)
        choices, kind = links.choices_of(model).get(name), widgets.kind_of(info)
        if choices is None and get_origin(kind) is not Literal:
            shown = value if kind is not float else "" if value is None else typed(value)
            return widgets.entry(info, label, self._keep(name, shown), name)
        names = choices.names(self.snapshot) if choices else {code: labels.of(name, code) for code in get_args(kind)}
        names = {code: called for code, called in names.items() if offered is True or code in offered}
        if name in widgets.AS_SLIDER and widgets.is_optional(info):
            return self._slide(model, name, label, names, values)
        many = links.is_list(model, name)
        return self._pick(
            name, label, names, value, many=many, optional=widgets.is_optional(info), most=widgets.most_of(info)
        )

    def _slide(
        self, model: type[ChartParams], name: str, label: str, names: dict[Any, str], values: Mapping[str, Any]
    ) -> Any:
        """One stop a code. While nothing is chosen it stands where the open default leads, and the link stays open."""
        now = {
            field: st.session_state.get(f"{self.page}.{field}", value) for field, value in values.items()
        } | self.asked
        given = {field: now[field] for field in model.model_fields if field in now and field != name}
        try:
            open_default = getattr(model.model_validate(given).explicit(self.snapshot), name)
        except ValidationError:  # a field was emptied: it is told where it is used
            open_default = None
        codes, value = sorted(names), values[name]
        start = value if value in names else open_default if open_default in names else codes[-1]
        key = self._keep(name, start)
        if st.session_state[key] not in names:
            st.session_state[key] = start
        moved = st.select_slider(label, codes, format_func=names.__getitem__, key=key, width=320)
        return value if moved == start else None if moved == open_default else moved

    def _pick(
        self, name: str, label: str, names: dict[Any, str], value: Any, *, many=False, optional=False, most=None
    ) -> Any:
        if many:
            key = self._keep(name, [code for code in value if code in names])
            return widgets.pick_many(label, names, key, most, labels.of(name, None))
        key = self._keep(name, value)
        if st.session_state[key] not in names and not (optional and st.session_state[key] is None):
            st.session_state[key] = None if optional else next(iter(names))
        return widgets.pick_one(label, names, key, labels.of(name, None) if optional else None)


def _returning(query: Mapping[str, str], chosen: Mapping[str, Any]) -> bool:
    """Whether the page is come back to by the menu, whose links say nothing about it, from the same home country."""
    return bool(chosen) and not set(query) - {"home", "lang", "release", "theme"} and chosen[HOME] == query.get("home")
