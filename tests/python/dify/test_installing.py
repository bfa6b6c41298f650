"""Installing: what is patched, what is missing, what is put back."""

import dataclasses
import shutil
import subprocess
import sys

import keyrule.dify
import pytest
from keyrule.dify import MissingPatchPoint, Settings, SettingsError, points
from keyrule.dify.patching import ImportHook
from standing import STANDIN, Dify, key, on_path

OLD = "class MessageCycleManager:"


def without(tmp_path, file, old, new):
    """A stand-in in which one thing has another name."""
    copy = tmp_path / "dify"
    shutil.copytree(STANDIN, copy)
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new))
    return copy


NAMING = ("core/app/task_pipeline/message_cycle_manager.py", "_generate_conversation_name_worker", "_name_worker")
CORE = ("core/model_manager.py", "_round_robin_invoke", "_invoke_in_turn")
NODES = ("graphon/nodes/base/node.py", "    def run(self)", "    def execute(self)")


@pytest.fixture(autouse=True)
def cleanly():
    yield
    keyrule.dify.uninstall()


def test_every_point_of_the_table_is_patched_or_not_in_this_dify(dify):
    import importlib

    report = keyrule.dify.install()
    for point in report.points:
        if point.state == "pending":
            importlib.import_module(point.module)
    states = {point.name: point.state for point in report.points}
    assert set(states) == {point.name for point in points()}
    assert set(states.values()) == {"patched", "absent_here"}
    optional = {point.name for point in points() if point.optional}
    assert {name for name, state in states.items() if state == "absent_here"} <= optional


def test_installing_twice_is_installing_once(dify, settings):
    first = keyrule.dify.install(settings)
    assert keyrule.dify.install() is first
    dify.run("a")
    assert dify.paid() == [("a", key("prod-a"))]


def test_modules_that_are_imported_already_are_patched_at_once(settings):
    with on_path(STANDIN):
        dify = Dify()
        dify.run("a")
        keyrule.dify.install(settings)
        dify.run("a")
        assert dify.paid() == [("a", key("shared")), ("a", key("prod-a"))]
        keyrule.dify.uninstall()
        dify.run("a")
        assert dify.paid()[-1] == ("a", key("shared"))


def test_two_hooks_for_one_module_are_both_called(tmp_path, monkeypatch):
    (tmp_path / "hooked_twice.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    called = []
    hooks = [ImportHook({"hooked_twice"}, lambda name, number=number: called.append((number, name))) for number in (1, 2)]
    monkeypatch.setattr(sys, "meta_path", hooks + sys.meta_path)
    import hooked_twice

    assert hooked_twice.value == 1
    assert sorted(called) == [(1, "hooked_twice"), (2, "hooked_twice")]


def test_without_a_policy_it_says_so():
    with pytest.raises(SettingsError, match="KEYRULE_POLICY is not set"):
        keyrule.dify.install(Settings())
    with pytest.raises(SettingsError, match="must be `refuse` or `host`"):
        Settings.from_environment({"KEYRULE_ON_MISSING": "ignore"})
    for text in ("1h", "-1", "nan"):
        with pytest.raises(SettingsError, match="must be a number of seconds"):
            Settings.from_environment({"KEYRULE_MAX_STALENESS": text})


@pytest.mark.parametrize(("change", "name"), [(NAMING, "conversation names"), (CORE, "use"), (NODES, "node run")])
def test_a_missing_point_is_named_and_refused_before_dify_is_imported(tmp_path, settings, change, name):
    with on_path(without(tmp_path, *change)):
        with pytest.raises(MissingPatchPoint, match=f"patch point `{name}`"):
            keyrule.dify.install(settings)
        dify = Dify()
        dify.run("a") if change is not NODES else None
        assert all(paid == key("shared") for _, paid in dify.paid())


def test_left_to_the_host_a_missing_point_loses_its_own_path_only(tmp_path, settings, caplog):
    with on_path(without(tmp_path, *NAMING)):
        report = keyrule.dify.install(dataclasses.replace(settings, on_missing="host"))
        assert [point.name for point in report.missing] == ["conversation names"]
        assert "conversation names" in caplog.text
        dify = Dify()
        dify.run("a")
        instance = dify.manager().get_model_instance("t1", "langgenius/openai/openai", dify.model_type.LLM, "gpt")
        list(instance.invoke_llm("name"))
        assert dify.paid() == [("a", key("prod-a")), ("name", key("shared"))]


def test_left_to_the_host_without_the_node_s_point_workflows_pay_as_before(tmp_path, settings):
    with on_path(without(tmp_path, *NODES)):
        keyrule.dify.install(dataclasses.replace(settings, on_missing="host"))
        dify = Dify()
        for node in dify.nodes("a", "b"):
            list(node.execute())
        assert dify.paid() == [("a", key("shared")), ("b", key("shared"))]


@pytest.mark.parametrize("place", ["core.workflow.nodes", "core.app.workflow"])
def test_the_factory_of_nodes_is_found_where_other_versions_have_it(tmp_path, settings, place):
    folder = tmp_path / "dify"
    shutil.copytree(STANDIN, folder)
    moved = folder.joinpath(*place.split("."))
    moved.mkdir(exist_ok=True)
    (folder / "core/workflow/node_factory.py").rename(moved / "node_factory.py")
    with on_path(folder):
        keyrule.dify.install(settings)
        dify = Dify(factory=f"{place}.node_factory")
        dify.run("a", "b")
        assert dify.paid() == [("a", key("prod-a")), ("b", key("prod-b"))]


def test_left_to_the_host_without_a_core_point_everything_is(tmp_path, settings):
    with on_path(without(tmp_path, *CORE)):
        report = keyrule.dify.install(dataclasses.replace(settings, on_missing="host"))
        assert [point.name for point in report.missing] == ["use"]
        from core.entities.provider_configuration import ProviderConfiguration

        assert not hasattr(ProviderConfiguration.get_current_credentials, "host")


SEARCH = ("core/rag/datasource/retrieval_service.py", "dataset_id: str", "knowledge_id: str")
COMPLETION = ("core/app/apps/completion/app_generator.py", "def generate(self", "def generate_it(self")


def test_left_to_the_host_without_the_point_of_searches_no_embedding_is_decided(tmp_path, settings):
    """In a node, too, where a search would be decided without its knowledge base."""
    with on_path(without(tmp_path, *SEARCH)):
        keyrule.dify.install(dataclasses.replace(settings, on_missing="host"))
        dify = Dify()
        (node,) = dify.nodes("a")
        instances = [
            dify.manager().get_model_instance("t1", "langgenius/openai/openai", kind, "m")
            for kind in (dify.model_type.TEXT_EMBEDDING, dify.model_type.RERANK, dify.model_type.LLM)
        ]
        node._run = lambda: iter([one.invoke_llm("in node a", stream=False) for one in instances])
        list(node.run())
        assert [paid for _, paid in dify.paid()] == [key("shared"), key("shared"), key("prod-a")]


def test_left_to_the_host_without_an_app_s_point_that_app_s_calls_are(tmp_path, settings):
    with on_path(without(tmp_path, *COMPLETION)):
        keyrule.dify.install(dataclasses.replace(settings, on_missing="host"))
        dify = Dify()
        import dify_like
        from core.app.apps.completion.app_generator import CompletionAppGenerator

        def spend():
            model = dify.manager().get_model_instance("t1", "langgenius/openai/openai", dify.model_type.LLM, "gpt")
            list(model.invoke_llm("call"))

        entity = dify_like.entity(dify.app("completion"), dify.end_user(), {"inputs": {"tier": "gold"}}, "service-api")
        dify_like.worker(CompletionAppGenerator(), entity, False, carries=False, runner=spend)
        assert dify.paid() == [("call", key("shared"))]


def test_every_point_but_the_core_says_where_its_calls_would_appear():
    assert all(point.core or point.suspects or point.suspect_types for point in points())
    apps = [point for point in points() if point.wrap.startswith("app_paths:generate")]
    assert apps and all(any(path.startswith("app:") for path in point.suspects) for point in apps)


def test_a_signature_that_changed_is_missing(tmp_path, settings):
    change = ("core/rag/datasource/retrieval_service.py", "dataset_id: str", "knowledge_id: str")
    with on_path(without(tmp_path, *change)), pytest.raises(MissingPatchPoint, match="does not take dataset_id"):
        keyrule.dify.install(settings)


def test_in_an_interpreter_without_dify_it_waits_for_it(settings):
    report = keyrule.dify.install(settings)
    assert {point.state for point in report.points} == {"pending"}
    with on_path(STANDIN):
        dify = Dify()
        dify.run("a", "b")
        assert dify.paid() == [("a", key("prod-a")), ("b", key("prod-b"))]
        assert "patched" in {point.state for point in report.points}


def test_in_an_interpreter_without_dify_a_missing_point_fails_the_import(tmp_path, settings):
    keyrule.dify.install(settings)
    with on_path(without(tmp_path, *NAMING)), pytest.raises(MissingPatchPoint):
        Dify()


def test_in_an_interpreter_without_dify_a_missing_point_fails_every_import(tmp_path, settings):
    keyrule.dify.install(settings)
    with on_path(without(tmp_path, *NAMING)):
        for _ in range(2):
            with pytest.raises(MissingPatchPoint):
                Dify()


def test_what_is_no_dify_may_import_the_same_engine(tmp_path, settings):
    """A script of that environment, before which keyrule_dify.pth has run."""
    keyrule.dify.install(settings)
    shutil.copytree(STANDIN / "graphon", tmp_path / "graphon")
    with on_path(tmp_path):
        import graphon.nodes.base.node as node

        assert not hasattr(node.Node.run, "__keyrule_original__")
    with on_path(STANDIN):
        dify = Dify()
        dify.run("a")
        assert dify.paid() == [("a", key("prod-a"))]


@pytest.mark.parametrize(
    ("word", "wanted"), [("1", True), ("true", True), ("YES", True), ("on", True), ("", False), ("0", False), ("off", False)]
)
def test_what_required_says(word, wanted):
    assert Settings.from_environment({"KEYRULE_REQUIRED": word}).required is wanted


def test_what_required_cannot_say():
    with pytest.raises(SettingsError, match="must be `1` or `0`"):
        Settings.from_environment({"KEYRULE_REQUIRED": "ture"})


def test_importing_loads_neither_dify_nor_the_library():
    code = "import keyrule.dify, sys; assert not any(m in sys.modules for m in ('core', 'ctypes.util', 'graphon')); keyrule.dify.points()"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path), "KEYRULE_LIBRARY": "/nonexistent"}
    )
