#!/bin/sh
# Prints the first Python that Keepwell runs on (3.11 or newer, able to make a virtual environment).
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            exec "$name" -c 'import sys; print(sys.executable)'
        fi
        without_venv=$name
    fi
done
if [ -n "$without_venv" ]; then
    echo "$without_venv cannot make virtual environments: install its venv module (Debian: apt install python3-venv)." >&2
else
    echo "Keepwell needs Python 3.11 or newer, and none of these is one: ${PYTHON:-python3 python3.13 python3.12 python3.11 python}." >&2
    echo "Install it, or name yours: make PYTHON=/path/to/python3" >&2
fi
exit 1
