"""Prints a CycloneDX bill of materials of what is in the image: Debian's packages, the Java runtime,
the jars and the engine's Python packages. Reads what is there, not what was meant to be there.
"""

import datetime
import email
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse
import uuid
import zipfile


def component(kind, name, version, purl, **more):
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl, **more}


def quoted(text):
    return urllib.parse.quote(text, safe="")


def debian_packages():
    columns = "${Package}\\t${Version}\\t${Architecture}\\n"
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", columns], check=True, capture_output=True, text=True
    ).stdout
    for line in listing.splitlines():
        name, version, architecture = line.split("\t")
        purl = f"pkg:deb/debian/{quoted(name)}@{quoted(version)}?arch={architecture}"
        yield component("library", name, version, purl)


def java_runtime(home):
    release = dict(
        line.split("=", 1) for line in (home / "jre/release").read_text().splitlines() if "=" in line
    )
    version = release.get("JAVA_RUNTIME_VERSION", release["JAVA_VERSION"]).strip('"')
    yield component("platform", "openjdk", version, f"pkg:generic/openjdk@{quoted(version)}")


def coordinates(jar):
    """Maven's own, if the jar tells only one; else what its name says."""
    with zipfile.ZipFile(jar) as archive:
        told = [name for name in archive.namelist() if re.fullmatch(r"META-INF/maven/.*/pom\.properties", name)]
        for name in told:
            lines = archive.read(name).decode("utf-8", "replace").splitlines()
            pom = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
            if jar.stem == f"{pom['artifactId']}-{pom['version']}":
                return pom["groupId"], pom["artifactId"], pom["version"]
    match = re.fullmatch(r"(.+?)-(v?\d.*)", jar.stem)
    return None, *(match.groups() if match else (jar.stem, "unknown"))


def jars(home):
    for jar in sorted((home / "lib").glob("*.jar")):
        group, name, version = coordinates(jar)
        place = f"maven/{quoted(group)}" if group else "generic"
        digest = hashlib.sha256(jar.read_bytes()).hexdigest()
        yield component(
            "library",
            name,
            version,
            f"pkg:{place}/{quoted(name)}@{quoted(version)}",
            **({"group": group} if group else {}),
            hashes=[{"alg": "SHA-256", "content": digest}],
        )


def python_packages(home):
    seen = set()
    for metadata in sorted(home.glob("engine/*/lib/python3*/site-packages/*.dist-info/METADATA")):
        headers = email.message_from_bytes(metadata.read_bytes())
        name, version = headers["Name"].lower().replace("_", "-"), headers["Version"]
        if (name, version) not in seen:
            seen.add((name, version))
            yield component("library", name, version, f"pkg:pypi/{quoted(name)}@{quoted(version)}")


def main():
    home, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    found = [*debian_packages(), *java_runtime(home), *jars(home), *python_packages(home)]
    unique = list({each["bom-ref"]: each for each in found}.values())
    moment = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(unique, sort_keys=True))
    json.dump(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{serial}",
            "version": 1,
            "metadata": {
                "timestamp": moment.isoformat(),
                "component": component(
                    "container", "ovms-converter", version, f"pkg:oci/ovms-converter@{quoted(version)}"
                ),
            },
            "components": unique,
        },
        sys.stdout,
        indent=1,
    )


main()
