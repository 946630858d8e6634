#!/bin/sh
# Make a browser available to the tests of the playground: one that is there, else Debian's, if that can be installed.
for name in ${FFNN_BROWSER:+"$FFNN_BROWSER"} chromium chromium-browser google-chrome; do
    command -v "$name" > /dev/null && exit 0
done
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get > /dev/null; then
    $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium && exit 0
fi
echo "there is no Chromium, and none could be installed: tests that need it are skipped, or fail where CI is set" >&2
exit 0
