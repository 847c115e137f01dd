#!/bin/sh
# What the Dockerfile runs in the course's folder: `system` (Debian, as root), then `course`.
set -eu
case $1 in
system)
    apt-get update
    # the fonts are for class names in Chinese, Japanese and Korean
    apt-get install -y --no-install-recommends git make fonts-noto-cjk
    rm -rf /var/lib/apt/lists/*
    ;;
course)
    make setup-dev images
    .venv/bin/python -m pip install -q --no-cache-dir -r requirements-hub.txt
    chmod -R a+rX .         # whatever umask it was checked out with
    ;;
*)
    echo "$0: system or course?" >&2
    exit 2
esac
