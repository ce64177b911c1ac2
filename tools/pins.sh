#!/bin/sh
# Compiles the pins in requirements/ from pyproject.toml with the uv given: every version, with hashes, no addresses.
# dev.txt holds everything and is made first; the others take its versions. More arguments go to uv (--upgrade).
set -eu
uv=$1
shift
compile() {
    file=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "requirements/$file" "$@" >/dev/null
}
compile dev.txt pyproject.toml --all-extras --group build --group check --group test "$@"
compile demo.txt pyproject.toml --constraint requirements/dev.txt --extra demo --group build "$@"
compile run.txt pyproject.toml --constraint requirements/dev.txt "$@"
compile uv.txt --group uv "$@"
compile npm.txt --group npm "$@"
