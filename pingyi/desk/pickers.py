"""Pickers of the notebook for exploring: choices in Chinese, and below them what is shown of the choice.

Each takes labels with what stands behind them, and a function that shows a choice; none knows a campaign.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

from pingyi.common import paths
from pingyi.common.faults import PingyiError
from pingyi.desk.display import Bundle, markdown
from pingyi.desk.movable_rules import MovableRule
from pingyi.desk.rule_trial import patch_of

WIDE = {"width": "640px"}
LABEL = {"description_width": "80px"}
ALL = "全部"
FIRST_RULES = 2
"""Sliders that are there to begin with."""

CAMPAIGN = re.compile(r"^campaign:[^\n]*\n(?:[ #][^\n]*\n|\n)*", re.MULTILINE)
"""The part of a plan file that says which campaign it is."""

Show = Callable[[Any], Iterable[Bundle]]


class Panels:
    """The panels of a notebook: all are made anew where another campaign is chosen."""

    def __init__(self) -> None:
        self.made: list[tuple[Any, Callable[[], Any]]] = []

    def add(self, make: Callable[[], Any]) -> Any:
        """A panel that can be made anew. make: its widget."""
        from ipywidgets import VBox

        box = VBox([make()])
        self.made.append((box, make))
        return box

    def redraw(self) -> None:
        """Make all panels anew."""
        for box, make in self.made:
            box.children = (make(),)


def campaign_titles() -> dict[str, str]:
    """What each campaign of the project is called → its id."""
    return {f"{_title_of_plan(name)}（{name}）": name for name in paths.campaigns()}


def _title_of_plan(campaign: str) -> str:
    """The title that a plan file gives its campaign; the file's name where it has none. The rest is not read."""
    found = CAMPAIGN.search(paths.plan_file(campaign).read_text(encoding="utf-8"))
    known = YAML(typ="safe", pure=True).load(found[0])["campaign"] if found else {}
    return str(known.get("title", campaign))


def choose_one(label: str, options: Mapping[str, Any], show: Show, *, now: Any = None) -> Any:
    """One of several. options: labels and what they stand for. now: what is chosen to begin with."""
    from ipywidgets import Dropdown

    if not options:
        return _nothing()
    first = next(iter(options.values())) if now is None else now
    picker = Dropdown(options=list(options.items()), value=first, description=label, layout=WIDE, style=LABEL)
    return _shown_below([picker], picker, lambda: show(picker.value))


def choose_several(label: str, options: Mapping[str, Any], show: Show, *, now: Sequence[Any]) -> Any:
    """Some of many, in a list. now: what is chosen to begin with."""
    from ipywidgets import HTML, SelectMultiple

    picker = SelectMultiple(options=list(options.items()), value=tuple(now), rows=8, layout=WIDE)
    return _shown_below([HTML(label), picker], picker, lambda: show(picker.value) if picker.value else [])


def choose_pair(
    labels: tuple[str, str], options: Mapping[str, Any], show: Callable[[Any, Any], Iterable[Bundle]]
) -> Any:
    """Two of several."""
    from ipywidgets import Dropdown

    if not options:
        return _nothing()
    values = list(options.values())
    pickers = [
        Dropdown(options=list(options.items()), value=value, description=label, layout=WIDE, style=LABEL)
        for label, value in zip(labels, (values[0], values[-1]), strict=True)
    ]
    one, other = pickers
    return _shown_below(pickers, pickers, lambda: show(one.value, other.value))


def choose_unit(organs: Mapping[str, Mapping[str, str]], show: Show, now: str) -> Any:
    """One unit. organs: units by department and name. now: the unit to begin with."""
    from ipywidgets import Dropdown

    every = {name: unit for units in organs.values() for name, unit in units.items()}
    organ = Dropdown(options=[ALL, *organs], description="主管部门", layout=WIDE, style=LABEL)
    unit = Dropdown(options=list(every.items()), value=now, description="单位", layout=WIDE, style=LABEL)

    def narrow(change: Mapping[str, Any]) -> None:
        unit.options = list((every if change["new"] == ALL else organs[change["new"]]).items())

    organ.observe(narrow, names="value")
    return _shown_below([organ, unit], unit, lambda: show(unit.value))


def choose_answer(questions: Mapping[str, Mapping[str, Mapping[str, Any]]], show: Show) -> Any:
    """An open question of the plan and an answer to it; each answer stands for a patch of the plan."""
    from ipywidgets import Dropdown

    if not questions:
        return _nothing()
    question = Dropdown(options=list(questions), description="存疑", layout=WIDE, style=LABEL)
    answer = Dropdown(options=list(questions[question.value]), description="答案", layout=WIDE, style=LABEL)

    def ask(change: Mapping[str, Any]) -> None:
        answer.options = list(questions[change["new"]])

    question.observe(ask, names="value")
    return _shown_below([question, answer], answer, lambda: show(questions[question.value].get(answer.value, {})))


def choose_rules(rules: Sequence[MovableRule], show: Show) -> Any:
    """Some rules, each on a slider; whenever one is let go, all are tried together."""
    return RuleSliders(rules, show).widget if rules else _nothing()


class RuleSliders:
    """Rules to pick, and a slider for each that is picked."""

    def __init__(self, rules: Sequence[MovableRule], show: Show) -> None:
        """show: what a patch of the plan moves."""
        from ipywidgets import Button, Dropdown, HBox, Output, VBox

        self.owners: dict[str, list[MovableRule]] = {}
        for rule in rules:
            self.owners.setdefault(rule.owner, []).append(rule)
        self.show = show
        self.sliders: dict[MovableRule, Any] = {}
        self.owner = Dropdown(options=list(self.owners), description="哪一项", layout=WIDE, style=LABEL)
        self.rule = Dropdown(description="哪一个数", layout=WIDE, style=LABEL)
        add, reset = Button(description="加上这条规则"), Button(description="全部还原")
        self.rows, self.output = VBox(), Output()
        self.owner.observe(lambda _: self._list_rules(), names="value")
        add.on_click(lambda _: self.add(self.rule.value))
        reset.on_click(lambda _: self.reset())
        self._list_rules()
        for rule in _worth_moving(rules)[:FIRST_RULES]:
            self.sliders[rule] = self._make_slider(rule)
        self._arrange()
        self.widget = VBox([self.owner, self.rule, HBox([add, reset]), self.rows, self.output])

    def _list_rules(self) -> None:
        self.rule.options = [(_label_of(one), one) for one in self.owners[self.owner.value]]

    def add(self, rule: MovableRule) -> None:
        """Put a slider for a rule below the others."""
        self.sliders.setdefault(rule, self._make_slider(rule))
        self._arrange()

    def remove(self, rule: MovableRule) -> None:
        """Take a rule's slider away, and with it what it moved."""
        del self.sliders[rule]
        self._arrange()

    def reset(self) -> None:
        """Put every slider where the plan has it."""
        for rule, slider in self.sliders.items():
            slider.unobserve_all("value")
            slider.value = rule.now
        self._arrange()

    @property
    def patch(self) -> dict[str, str]:
        """What the sliders say that the plan does not."""
        return patch_of({rule.path: one.value for rule, one in self.sliders.items() if one.value != rule.now})

    def _make_slider(self, rule: MovableRule) -> Any:
        from ipywidgets import FloatSlider

        ends = {"min": rule.low, "max": rule.high, "step": rule.step}
        places = "d" if rule.step == int(rule.step) and rule.now == int(rule.now) else ".2f"
        look = {"continuous_update": False, "readout_format": places, "layout": {"width": "480px"}}
        return FloatSlider(value=rule.now, **ends, **look)

    def _arrange(self) -> None:
        """Show the sliders, each with its rule and a button that takes it away, and what they move."""
        self.rows.children = [self._row(rule, slider) for rule, slider in self.sliders.items()]
        for slider in self.sliders.values():
            slider.unobserve_all("value")
            slider.observe(lambda _: self._redraw(), names="value")
        self._redraw()

    def _row(self, rule: MovableRule, slider: Any) -> Any:
        from ipywidgets import HTML, Button, HBox, VBox

        away = Button(description="去掉", layout={"width": "64px"})
        away.on_click(lambda _: self.remove(rule))
        return VBox([HTML(f"<b>{_escape(rule.label)}</b>"), HBox([slider, away])])

    def _redraw(self) -> None:
        _put(self.output, lambda: [*self._say_moved(), *self.show(self.patch)])

    def _say_moved(self) -> list[Bundle]:
        """What is tried: each rule that is not where the plan has it."""
        moved = [(rule, one.value) for rule, one in self.sliders.items() if one.value != rule.now]
        lines = [f"{rule.owner}：{rule.says}　{rule.now:g} 改为 {value:g}" for rule, value in moved]
        return [markdown(f"**试算**　{'；'.join(lines)}")] if moved else []


def _worth_moving(rules: Sequence[MovableRule]) -> list[MovableRule]:
    """Rules that can be moved alone, and both ways, come first: full marks and weights must agree with others."""

    def is_bound(one: MovableRule) -> bool:
        agrees = ".full" in one.path or "cycle_full" in one.path or one.path.endswith(".weight")
        return agrees or one.now in (one.low, one.high)

    return sorted(rules, key=is_bound)


def _label_of(rule: MovableRule) -> str:
    return f"{rule.says}　现为 {rule.now:g}"


def _shown_below(controls: Sequence[Any], watched: Any, show: Callable[[], Iterable[Bundle]]) -> Any:
    """Controls with what is shown of their values below. watched: the controls whose values decide it."""
    from ipywidgets import Output, VBox

    output = Output()
    for one in watched if isinstance(watched, list) else [watched]:
        one.observe(lambda _: _put(output, show), names="value")
    _put(output, show)
    return VBox([*controls, output])


def _put(output: Any, show: Callable[[], Iterable[Bundle]]) -> None:
    """Show things in an output; what cannot be shown says why."""
    try:
        bundles = list(show())
    except PingyiError as error:
        bundles = [markdown(str(error))]
    output.outputs = tuple(
        {"output_type": "display_data", "data": one.data, "metadata": one.metadata} for one in bundles
    )


def _nothing() -> Any:
    from ipywidgets import HTML

    return HTML("这个活动没有可以选的。")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
