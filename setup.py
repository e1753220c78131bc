"""What a wheel holds beside the packages: all that the app reads by its place in the checkout."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BESIDE = (".streamlit/config.toml", "pages", "seeds")


class WithFiles(build_py):
    """The packages, and beside them the pages, the seeds and Streamlit's configuration, as they are in the checkout."""

    def run(self) -> None:
        super().run()
        for name in BESIDE:
            source, target = Path(name), Path(self.build_lib, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)


setup(cmdclass={"build_py": WithFiles})
