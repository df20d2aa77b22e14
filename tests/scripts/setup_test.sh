#!/usr/bin/env bash
# Runs scripts/setup with fake programs: checks what it asks apt for on each release, and that it
# leaves nothing running, enabled or forbidden.
set -euo pipefail
setup=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/scripts/setup
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/scripts/failures.sh
source "$(dirname "${BASH_SOURCE[0]}")/failures.sh"

export FAKE=$work PATH=$work/bin:$PATH
mkdir "$work/bin"
fake() { { echo '#!/bin/bash' && cat; } >"$work/bin/$1" && chmod 755 "$work/bin/$1"; }
fake id <<<'echo 1000'
fake sudo <<<'shift; exec "$@"'
fake debconf-set-selections <<<'cat >/dev/null'
# No package is installed. A unit belongs to the package of the same name.
fake dpkg-query <<'BIN'
[[ $1 == -S ]] || exit 0
unit=${2##*/}
echo "${unit%%[.@]*}: $2"
BIN
# One file lists the enabled units, and another one the running services.
# shellcheck disable=SC2016  # for the fake to expand
fake find <<<'cat "$FAKE/enabled"'
# In a chroot, systemctl ignores the question, and succeeds.
fake systemctl <<'BIN'
case "$1" in
  is-active)
    [[ ! -e $FAKE/chroot ]] || exit 0
    grep -qxF -- "${*: -1}" "$FAKE/running" || { echo inactive && exit 3; }
    [[ " $* " == *" --quiet "* ]] || echo active
    ;;
  disable) sed -i "/^${*: -1}\$/d" "$FAKE/enabled" ;;
esac
BIN
# Installing enables two units and asks whether two may start, like the scripts of real packages.
fake apt-get <<'BIN'
echo "$*" >>"$FAKE/asked"
[[ " $* " == *" install "* ]] || exit 0
printf '%s\n' postgresql.service systemd@x.service >>"$FAKE/enabled"
for unit in ssh postgresql; do
  code=0
  "$FAKE/policy" "$unit" restart || code=$?
  echo "$unit $code" >>"$FAKE/allowed"
done
cp "$FAKE/policy" "$FAKE/policy-then"
exit "$(cat "$FAKE/code")"
BIN

run() { # run RELEASE CODE [WORD...]: on a machine on which ssh runs and is enabled
  printf 'ID=debian\nVERSION_ID="%s"\n' "$1" >"$work/release"
  echo "$2" >"$work/code"
  echo ssh.service >"$work/enabled"
  echo ssh >"$work/running"
  : >"$work/asked"
  : >"$work/allowed"
  shift 2
  JOBFLIP_SETUP_RELEASE=$work/release JOBFLIP_SETUP_POLICY=$work/policy "$setup" "$@" \
    >"$work/out" 2>&1
}
asked_for() { grep -cE " $1( |\$)" "$work/asked" || true; }
enabled() { paste -sd ' ' "$work/enabled"; }

run 12 0 --ci
expect "Debian 12's Boost" 1 "$(asked_for libboost1.81-dev)"
expect "Debian 12's PostgreSQL" 1 "$(asked_for postgresql-15)"
expect "Debian 12's clang-format" 1 "$(asked_for clang-format-14)"
run 13 0 --ci
expect "Debian 13's PostgreSQL" 1 "$(asked_for postgresql-17)"
expect "Debian 13's clang-tidy" 1 "$(asked_for clang-tidy-19)"
expect "who may start" "ssh 0 postgresql 101" "$(paste -sd ' ' "$work/allowed")"
# Units that systemd enables for itself stay enabled.
expect "what is enabled" "ssh.service systemd@x.service" "$(enabled)"
expect "the policy afterwards" gone "$([[ -e $work/policy ]] && echo there || echo gone)"

touch "$work/chroot"
run 13 0
expect "who may start in a chroot" "ssh 101 postgresql 101" "$(paste -sd ' ' "$work/allowed")"
rm "$work/chroot"

code=0
run 13 3 || code=$?
expect "the exit code where apt-get fails" 1 "$code"
expect "what is enabled where apt-get fails" "ssh.service systemd@x.service" "$(enabled)"
expect "the policy where apt-get fails" gone "$([[ -e $work/policy ]] && echo there || echo gone)"

printf '#!/bin/sh\nexit 104\n' >"$work/policy"
chmod 755 "$work/policy"
run 13 0
expect "somebody's policy" "ssh 104 postgresql 104" "$(paste -sd ' ' "$work/allowed")"
expect "somebody's policy afterwards" there "$([[ -e $work/policy ]] && echo there || echo gone)"

# The policy of a run that was killed: it no longer forbids anything, and is replaced.
rm "$work/policy"
run 13 0
cp "$work/policy-then" "$work/policy"
expect "a policy that was left behind" 0 "$("$work/policy" postgresql start && echo 0 || echo 101)"
run 13 0
expect "who may start after that" "ssh 0 postgresql 101" "$(paste -sd ' ' "$work/allowed")"
expect "the policy after that" gone "$([[ -e $work/policy ]] && echo there || echo gone)"

code=0
run 11 0 || code=$?
expect "Debian 11" "1 setup: this is debian 11; only Debian 12 and Debian 13 are supported" \
  "$code $(cat "$work/out")"
expect "the version of clang on Debian 12" 14 "$(run 12 0 --llvm && cat "$work/out")"

[[ $failures -eq 0 ]] || { cat "$work/out" >&2 && exit 1; }
