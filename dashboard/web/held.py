"""What Streamlit holds of uploaded files, asked of its own file manager."""

from __future__ import annotations

from collections.abc import Mapping

from streamlit import runtime


def held_by_streamlit() -> Mapping[str, int]:
    """Bytes of uploaded files in memory, by session; empty while no runtime runs.

    Streamlit drops a session's files when the session ends and a file when its reader removes it, so this is never
    out of step with the memory it stands for.
    """
    if not runtime.exists():
        return {}
    storage = runtime.get_instance().uploaded_file_mgr.file_storage
    return {
        session: sum(len(file.data) for file in list(files.values()))
        for session, files in list(storage.items())
    }
