"""What is shipped for servers, run as it is shipped: the image's files and commands, the systemd unit, the proxy.

No container is built here. What one relies on is done without it: exactly the files that the Dockerfile copies, in a tree
that nobody may write to, served by its commands, as an ordinary user.
"""

import json
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from string import Template

from conftest import ROOT
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from servers import UNPRIVILEGED, end, wait_until

BIN = Path(os.environ.get("DEPLOYMENT_BIN", Path(sys.executable).parent))  # of the environment that is deployed
UNIT = ROOT / "deploy" / "alliance-ledger@.service"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
INSTALLED = "/opt/alliance-ledger"  # where the unit expects the program


def instructions(name: str) -> list[str]:
    """What follows each instruction of this name in the Dockerfile."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    return re.findall(rf"^\s*{name} (.+)$", text, re.MULTILINE)


def command(name: str) -> list[str]:
    """The last command in the Dockerfile that an instruction holds, such as CMD or HEALTHCHECK."""
    return json.loads(re.search(r"\[.+\]", instructions(name)[-1])[0])


def unit(name: str) -> list[str]:
    """The values of a setting in the systemd unit."""
    return re.findall(rf"^{name}=(.+)$", UNIT.read_text(), re.MULTILINE)


def copied_tree(target: Path) -> Path:
    """The files that the image copies from the repository, in a tree without the right to write."""
    for line in instructions("COPY"):
        *sources, place = shlex.split(line)
        if line.startswith("--from") or "requirements.lock" in sources:  # what pip makes is the environment's
            continue
        for source in sources:
            path, to = ROOT / source, target / (source if place.endswith("/") else place)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, to) if path.is_dir() else shutil.copy2(path, to)
    set_writable(target, False)
    return target


def set_writable(tree: Path, writable: bool) -> None:
    for path in [tree, *tree.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200 if writable else path.stat().st_mode & ~0o222 | 0o444)


def as_ordinary_user(words: list[str]) -> list[str]:
    """A command as nobody when these tests run as root, else as it is.

    Where root keeps Python in its own home, nobody may look there, too; to write it is not allowed anywhere.
    """
    if os.geteuid():
        return words
    one = pwd.getpwnam(UNPRIVILEGED)
    nobody = ["setpriv", f"--reuid={one.pw_uid}", f"--regid={one.pw_gid}", "--clear-groups"]
    if subprocess.run([*nobody, "test", "-x", str(BIN / "python")]).returncode:
        nobody += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return [*nobody, *words]


def give_to_ordinary_user(folder: Path) -> None:
    if not os.geteuid():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, UNPRIVILEGED)


def certificate(folder: Path) -> Path:
    """A certificate for localhost that signs itself, and its key, as the proxy wants them; returns the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return folder / "fullchain.pem"


@dataclass
class Proxy:
    """nginx with the shipped configuration, as an ordinary user."""

    folder: Path
    http: int
    https: int
    apps: list[int]
    process: subprocess.Popen | None = field(default=None, init=False)
    started: float = field(default=0, init=False)

    def start(self) -> None:
        self.started = time.time()
        values = {
            "PROXY_NAME": "localhost",
            "PROXY_HTTP": f"127.0.0.1:{self.http}",
            "PROXY_HTTPS": f"127.0.0.1:{self.https}",
            "PROXY_APPS": " ".join(f"server 127.0.0.1:{port};" for port in self.apps),
            "PROXY_CERTIFICATES": str(self.folder),
            "PROXY_RUN": str(self.folder),
            "PROXY_LOG": str(self.folder / "access.log"),
        }
        configuration = self.folder / "nginx.conf"
        # as envsubst does: what has no value here stays, for nginx
        configuration.write_text(Template((ROOT / "deploy/nginx.conf.template").read_text()).safe_substitute(values))
        with (self.folder / "nginx.log").open("wb") as log:
            words = [NGINX, "-c", str(configuration), "-e", "stderr", "-g", "daemon off;"]
            self.process = subprocess.Popen(as_ordinary_user(words), stdout=log, stderr=log)
        wait_until(lambda: (self.folder / "nginx.pid").exists() or self.process.poll() is not None, "nginx", 10)
        assert self.process.poll() is None, (self.folder / "nginx.log").read_text()

    def requests(self) -> list[dict]:
        """The access log: one object a request."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]

    def stop(self) -> None:
        if self.process:
            end(self.process)
