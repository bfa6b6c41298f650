"""Patches Dify: now what is imported, the rest by an import hook; and says what became of each point.

The points are looked at in Dify's source first, so that whatever is missing is named, and refused, before the first call. In an
interpreter that has no Dify on its path yet (a .pth file runs that early), they are as soon as Dify's first module is imported.
"""

from __future__ import annotations

import importlib
import logging
import sys

from . import process
from .errors import MissingPatchPoint
from .patching import ImportHook, Patcher, Wrap
from .points import Place, Point, PointState, Report, points
from .recognize import forget_sources, source_of, trouble_in_source
from .settings import REFUSE, Settings

_log = logging.getLogger("keyrule")
_DIFY = "core.model_manager"  # a module that every Dify has
_active: Activation | None = None


def install(settings: Settings | None = None) -> Report:
    """Patches this process's Dify. Calling again changes nothing and gives the same report.

    Raises SettingsError, and MissingPatchPoint where a point is missing and `on_missing` is `refuse`: then nothing is patched.
    """
    global _active
    if _active is None:
        activation = Activation((settings or Settings.from_environment()).checked())
        activation.begin()
        _active = activation
    return _active.report


def uninstall() -> None:
    """Puts Dify back as it was. Calls under way finish as they began."""
    global _active
    if _active is not None:
        _active.end()
    _active = None


class Activation:
    """One installation: its patcher, its import hook, its report."""

    def __init__(self, settings: Settings) -> None:
        self.report = Report()
        self._settings = settings
        self._patcher = Patcher()
        self._hook: ImportHook | None = None
        self._open: dict[str, list[tuple[Point, Place]]] = {}
        self._examined = False
        self._refused = ""  # what is missing, once that keeps Dify from starting

    def begin(self) -> None:
        process.configure(self._settings)
        try:
            if source_of(_DIFY) is not None or _DIFY in sys.modules:
                self._examine()
            else:
                self._wait_for_dify()
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        if self._hook is not None:
            sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self._hook]
            self._hook = None
        self._patcher.undo()
        process.forget()

    def _wait_for_dify(self) -> None:
        table = points()
        self.report.points = [
            PointState(point.name, point.places[0].module, "pending", "no Dify on the path yet") for point in table
        ]
        self._listen({place.module for point in table for place in point.places})

    def _examine(self) -> None:
        """Looks for every point in Dify's source, decides what a missing one means, and patches what is imported."""
        self._examined, self._open = True, {}
        table = points()
        states: list[PointState] = []
        for point in table:
            troubles = {place: trouble_in_source(place) for place in point.places}
            there = [place for place, trouble in troubles.items() if trouble is None]
            if there:
                states.append(PointState(point.name, there[0].module, "pending", str(there[0])))
                for place in there:
                    self._open.setdefault(place.module, []).append((point, place))
                continue
            detail = "; ".join(trouble or "" for trouble in troubles.values())
            state = "absent_here" if point.optional else "missing"
            states.append(PointState(point.name, point.places[0].module, state, detail))  # type: ignore[arg-type]
        forget_sources()
        self.report.points = states
        for point in table:
            if any(state.name == point.name and state.state == "missing" for state in states):
                self._lost(point)
        if process.settings() is None:
            return  # a core point is missing, and everything is left to the host
        self._listen(set(self._open))
        for module in [name for name in self._open if name in sys.modules]:
            self._imported(module)

    def _listen(self, modules: set[str]) -> None:
        if self._hook is None:
            self._hook = ImportHook(modules, self._imported)
            sys.meta_path.insert(0, self._hook)

    def _imported(self, module: str) -> None:
        if self._refused:  # whoever has caught the first refusal does not get half a Keyrule
            raise MissingPatchPoint(self._refused)
        if not self._examined:
            if source_of(_DIFY) is not None or _DIFY in sys.modules:
                self._examine()  # patches `module`, too: it is in sys.modules
            return  # else this is no Dify: its engine of workflows is a package that others use as well
        for point, place in self._open.get(module, ()):
            trouble = self._patcher.apply(place, _wrap_of(point))
            if trouble is None:
                self._state(point, place, "patched", str(place))
            else:
                self._state(point, place, "missing", trouble)
                self._lost(point)

    def _state(self, point: Point, place: Place, state: str, detail: str) -> None:
        new = PointState(point.name, place.module, state, detail)  # type: ignore[arg-type]
        self.report.points = [new if old.name == point.name else old for old in self.report.points]

    def _lost(self, point: Point) -> None:
        state = next(state for state in self.report.points if state.name == point.name)
        what = f"this Dify has no patch point `{point.name}` ({state.detail}); without it Keyrule loses {point.loses}"
        if self._settings.on_missing == REFUSE:
            self._refused = f"{what}. Use a version of keyrule that knows this Dify, or set KEYRULE_ON_MISSING=host"
            raise MissingPatchPoint(self._refused)
        if point.core:
            _log.error("%s: every call is left to Dify (KEYRULE_ON_MISSING=host)", what)
            self.end()
        else:
            _log.error("%s: such calls are left to Dify (KEYRULE_ON_MISSING=host)", what)
            process.leave_to_host(point.suspects, point.suspect_types)


def _wrap_of(point: Point) -> Wrap:
    module, _, name = point.wrap.partition(":")
    wrap: Wrap = getattr(importlib.import_module(f"{__package__}.{module}"), name)
    return wrap
