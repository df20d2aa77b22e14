# shellcheck shell=bash
# The worker is stopped (SIGSTOP) while mails are due: STALLED, a flip, and the rest goes out.
enqueue frozen 100
until_delivered 60 frozen 20
kill -STOP "$(worker_of "$FROM")"
until_verdict 90 STALLED
until_flip 90 verified
until_delivered 90 frozen 100
must_be_complete frozen 100 "$CONCURRENCY"
must_have_flipped 1
