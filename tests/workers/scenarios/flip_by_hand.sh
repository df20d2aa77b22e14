# shellcheck shell=bash
# An operator flips the pool while jobs are in flight: the old worker finishes them, and the new one
# does the rest. Nothing is lost, nothing is sent twice.
enqueue by_hand 100
until_delivered 60 by_hand 20
verb flip mail --from "$FROM" --reason "jobs are in flight" --yes >"$SITE/logs/flip"
[[ $(holder) != "$FROM" ]] || wrong "$FROM holds the pool still"
until_delivered 90 by_hand 100
must_be_complete by_hand 100 0
must_have_flipped 1
must_not_say STALLED HELD
