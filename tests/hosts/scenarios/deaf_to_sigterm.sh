# shellcheck shell=bash
# A worker that ignores SIGTERM, and its child too: they are killed at the end of the drain, and the
# flip does not wait for them any longer than that.
for node in job1 job2 job3; do
  still_worker "$node" 'trap "" TERM; (while :; do sleep 0.2; done) & while :; do sleep 0.2; done'
done
until_done 30 "the pool still to be active" eval '[[ -n $(holder still) ]]'
verb flip still --reason "let the stubborn one start" --yes >/dev/null || true
from=$(holder still)
to=$(another "$from")
until_done 10 "the stubborn worker to run" inside "$from" pgrep -f still-worker
verb flip still --to "$to" --reason "a worker that ignores SIGTERM" --yes >/dev/null || true
until_done 10 "$to to be active" eval "[[ \$(holder still) == $to ]]"
inside "$from" pgrep -f still-worker && wrong "the stubborn worker lives on $from"
for node in job1 job2 job3; do still_worker "$node" 'exec sleep infinity'; done
verb flip still --reason "the quiet one again" --yes >/dev/null || true
