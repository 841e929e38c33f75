#!/usr/bin/env bash
# Builds both images and runs them shut in, as compose.yaml does; says how large they are and how long it takes
# from nothing to a page. `make image` lints the Dockerfile first.
#
# Ends with 0, and says so, where no container tool works.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

tool=
for each in docker podman; do
    if command -v "$each" >/dev/null && "$each" info >/dev/null 2>&1; then
        tool=$each
        break
    fi
done
if [ -z "$tool" ]; then
    echo "Neither docker nor podman works here: nothing was built or run."
    exit 0
fi

shut_in=(--read-only --tmpfs /tmp --tmpfs /data --cap-drop ALL --security-opt no-new-privileges)
started=()
end() {
    for each in "${started[@]}"; do
        "$tool" rm --force "$each" >/dev/null
    done
}
trap end EXIT

# <seconds> <what> <command…>: wait until the command succeeds.
until_done() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $deadline ]; then
            echo "$what: not within its time" >&2
            "$tool" logs "${started[-1]}" >&2
            exit 1
        fi
        sleep 0.5
    done
    echo "$what: after $SECONDS seconds"
}

"$tool" build --tag portalbot --build-arg "SOURCE_VERSION=$(git rev-parse HEAD 2>/dev/null || true)" .
echo "The bot's image is built: after $SECONDS seconds"
"$tool" build --tag portalbot-demo --target demo .
started+=("$("$tool" run --detach "${shut_in[@]}" --publish 127.0.0.1:4242:4242 portalbot-demo)")
until_done 90 "The demo's page" curl --fail --silent http://127.0.0.1:4242/

"$tool" run --rm "${shut_in[@]}" portalbot --version
# Nobody answers to these; the process lives all the same, and says so.
started+=("$("$tool" run --detach "${shut_in[@]}" --publish 127.0.0.1:4243:3000 \
    --env STRIPE_API_KEY=rk_test_nobody --env STRIPE_API_BASE=http://127.0.0.1:9 \
    --env SLACK_BOT_TOKEN=xoxb-nobody --env SLACK_SIGNING_SECRET=nobody --env SLACK_API_URL=http://127.0.0.1:9/api/ \
    portalbot)")
until_done 90 "The bot is ready, with a database of its own" curl --fail --silent http://127.0.0.1:4243/readyz

size=$("$tool" save portalbot | gzip | wc --bytes)
echo "To pull: $((size / 1000000)) MB"
test "$size" -lt 200000000
