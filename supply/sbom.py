"""The bill of materials (CycloneDX 1.6, JSON): what is in an installation of the locked packages."""

import tomllib

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from supply.packages import LOCK, Package


def bill_of_materials(packages: list[Package]) -> str:
    """Every package with version, licence and the hashes of its files, and which one requires which."""
    project = tomllib.loads(LOCK.with_name("pyproject.toml").read_text(encoding="utf-8"))["project"]
    product = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string(project["license"])],
        bom_ref=project["name"],
    )
    components = {one.name: _component(one) for one in packages}
    bom = Bom(components=components.values())
    bom.metadata.component = product
    needed = set().union(*(one.requires for one in packages))
    bom.register_dependency(product, [components[name] for name in components.keys() - needed])
    for one in packages:
        bom.register_dependency(components[one.name], [components[name] for name in one.requires & components.keys()])
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)


def _component(one: Package) -> Component:
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", name=one.name, version=one.version),
        bom_ref=f"{one.name}=={one.version}",
        licenses=[LicenseFactory().make_from_string(one.licence)] if one.licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.hashes],
    )
