"""Whether what we depend on may go out with what we publish under the MIT licence."""

from license_expression import AND, LicenseExpression, LicenseSymbol

from supply.packages import Package, spdx

# Permissive, or (MPL) asking for their own files only. What is not here is looked at by a person first.
COMPATIBLE = {
    "0BSD", "AFL-2.1", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip


def compatible(expression: str) -> bool:
    """Whether a licence lets us: all parts of an AND, one of an OR. An expression that can't be read does not."""
    parsed = spdx(expression)
    return parsed is not None and _allows(parsed)


def _allows(parsed: LicenseExpression) -> bool:
    if isinstance(parsed, LicenseSymbol):
        return parsed.key in COMPATIBLE
    return (all if isinstance(parsed, AND) else any)(_allows(part) for part in parsed.args)


def problems(packages: list[Package]) -> list[str]:
    """A sentence for each package that must not be depended on, or not yet."""
    return [
        f"{one.name} {one.version} is under “{one.licence}”, which is not in supply/licences.py: look whether it fits MIT."
        if one.licence
        else f"{one.name} {one.version} says no licence that SPDX knows: look at its files and ask its authors."
        for one in packages
        if not compatible(one.licence)
    ]
