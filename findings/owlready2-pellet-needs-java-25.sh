#!/bin/bash
# owlready2 0.50 and 0.51: sync_reasoner_pellet needs Java 25; with Java 17, 0.49 runs, and HermiT in each.
#
# Of the 1,823 classes in the jar of Jena that comes with it, three (the reader of RDF/XML) were compiled
# for Java 25, all others in the folder of Pellet for Java 8 at most. Its documentation asks for "a Java
# Virtual Machine", nothing in the package says which, and HermiT's side of it works, so a machine
# with Java 17 or 21 looks set up well: the reasoner ends with an OwlReadyJavaError
# (UnsupportedClassVersionError), though the file that is read is N-Triples and holds no RDF/XML at all.
# An update from 0.49 within the same minor line brings this.
#
# Take Java 25 (owlready2.JAVA_EXE), stay with 0.49 for Pellet, or use HermiT.
#
# Run without ctgraph, in a folder of its own, with a Java older than 25 (seen with 17); fails when this
# changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
java -version 2>&1 | head -1
for version in 0.49 0.51; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/python" -m pip install --quiet --disable-pip-version-check "owlready2==$version"
  "$folder/$version/bin/python" - "$version" <<'PYTHON'
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import owlready2

said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
assert int(said.split('"')[1].split(".")[0]) < 25, "needs a Java older than 25"
(jar,) = Path(owlready2.__file__).parent.glob("pellet/jena-arq*.jar")
with zipfile.ZipFile(jar) as archive:
    # Bytes 6 and 7 of a class file are its version: 50 is Java 6, 69 is Java 25.
    classes = [name for name in archive.namelist() if name.endswith(".class")]
    versions = Counter(struct.unpack(">H", archive.read(name)[6:8])[0] for name in classes)
print(owlready2.VERSION, jar.name, "class files of version", dict(versions))

with owlready2.get_ontology("https://example.org/") as ontology:
    kind = type("Kind", (owlready2.Thing,), {"namespace": ontology})
    kind("one")
results = {}
for reason in (owlready2.sync_reasoner_hermit, owlready2.sync_reasoner_pellet):
    try:
        reason(debug=0)
        results[reason.__name__] = "ran"
    except owlready2.OwlReadyJavaError as error:
        results[reason.__name__] = "UnsupportedClassVersionError" if "UnsupportedClassVersion" in str(error) else str(error)
print(owlready2.VERSION, results)
is_new = sys.argv[1] == "0.51"
assert dict(versions) == ({50: 1820, 69: 3} if is_new else {50: 1823})
assert results["sync_reasoner_hermit"] == "ran"
assert results["sync_reasoner_pellet"] == ("UnsupportedClassVersionError" if is_new else "ran")
PYTHON
done
echo "seen as described"
