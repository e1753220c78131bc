"""What we use of Streamlit beyond its documented interface stands in one module, and each thing of it is still there."""

import ast
import importlib
import inspect
import re

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from test_architecture import FILES, ROOT

from dashboard.streamlit_internals import keep_answers
from dashboard.web import application

HOME = ROOT / "dashboard" / "streamlit_internals.py"
ON_OBJECTS = {
    "streamlit.runtime.runtime.Runtime": ("_session_mgr", "uploaded_file_mgr"),
    "streamlit.runtime.session_manager.SessionManager": ("list_active_sessions",),
    "streamlit.runtime.app_session.AppSession": ("_scriptrunner", "_client_state", "request_rerun"),
    "streamlit.runtime.forward_msg_queue.ForwardMsgQueue": ("_queue", "clear"),
    "streamlit.runtime.memory_uploaded_file_manager.MemoryUploadedFileManager": ("file_storage",),
}
"""What is asked of Streamlit's objects, by class. What is imported by name is read from the module itself."""


def gone(source: str, on_objects: dict[str, tuple[str, ...]]) -> list[str]:
    """The names that the source imports from Streamlit, and those on its objects, that this version does not have."""
    missing = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "streamlit":
            missing += [f"{node.module}.{name.name}" for name in node.names if not has(node.module, name.name)]
    for path, names in on_objects.items():
        module, _, owner = path.rpartition(".")
        code = inspect.getsource(getattr(importlib.import_module(module), owner)) if has(module, owner) else ""
        missing += [f"{path}.{name}" for name in names if not re.search(rf"\b(self\.|def ){name}\b", code)]
    return missing


def has(module: str, name: str) -> bool:
    try:
        return hasattr(importlib.import_module(module), name) or bool(importlib.import_module(f"{module}.{name}"))
    except ImportError:
        return False


def test_all_that_is_used_of_streamlit_is_there():
    assert gone(HOME.read_text(), ON_OBJECTS) == []


def test_the_address_for_a_chosen_file_outlives_the_start_of_a_run(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)  # put back after the test
    keep_answers()
    queue = ForwardMsgQueue()
    address, text, began = ForwardMsg(), ForwardMsg(), ForwardMsg()
    address.file_urls_response.response_id = "asked"
    text.delta.new_element.text.body = "of the run before"
    began.new_session.name = "run"
    for message in (text, address, began):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["part"])  # keeps all of its own accord
    assert [message.WhichOneof("type") for message in queue.flush()] == ["file_urls_response", "new_session"]
    queue.enqueue(address)
    queue.clear()
    assert queue.flush() == []


def test_a_server_keeps_such_addresses_from_its_start_on(monkeypatch):
    asked = []
    monkeypatch.setattr(application, "keep_answers", lambda: asked.append("kept"))
    monkeypatch.setattr(application, "_newest_at_start", lambda: None)
    application.prepare()
    assert asked == ["kept"]


def test_what_a_newer_streamlit_lacks_is_named():
    source = "from streamlit.auth_util import get_cookie_with_chunks, lost\nfrom streamlit.moved import thing"
    objects = {"streamlit.runtime.app_session.AppSession": ("request_rerun", "_lost"), "streamlit.moved.Thing": ("x",)}
    assert gone(source, objects) == [
        "streamlit.auth_util.lost",
        "streamlit.moved.thing",
        "streamlit.runtime.app_session.AppSession._lost",
        "streamlit.moved.Thing.x",
    ]


def test_what_is_asked_of_objects_is_what_the_module_asks():
    asked = {node.attr for node in ast.walk(ast.parse(HOME.read_text())) if isinstance(node, ast.Attribute)}
    private = {name for name in asked if name.startswith("_") and not name.startswith("__")}
    listed = {name for names in ON_OBJECTS.values() for name in names}
    assert private <= listed <= asked


@pytest.mark.parametrize("path", [path for path in FILES if path != HOME], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_touches_streamlit_behind_its_interface(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    touched = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            touched += [name.name for name in node.names if name.name.startswith("streamlit.")]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "streamlit":
            touched.append(node.module)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
            touched += [f"st.{node.attr}"] if node.attr.startswith("_") or node.attr == "runtime" else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "_stcore/" in node.value:
            touched.append(node.value)
    assert not touched
