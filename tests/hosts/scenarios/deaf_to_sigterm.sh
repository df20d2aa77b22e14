# shellcheck shell=bash
# A worker and its child ignore SIGTERM: they are killed at the end of the drain, and the flip does
# not wait for them any longer.
for node in job1 job2 job3; do
  still_worker "$node" 'trap "" TERM; (while :; do sleep 0.2; done) & while :; do sleep 0.2; done'
done
flip_still "let the stubborn one start"
from=$(holder still)
to=$(another "$from")
until_done 10 "the stubborn worker to run" inside "$from" pgrep -f still-worker
flip_still "a worker that ignores SIGTERM" "$to"
inside "$from" pgrep -f still-worker && wrong "the stubborn worker is still running on $from"
for node in job1 job2 job3; do still_worker "$node" 'exec sleep infinity'; done
flip_still "the quiet one again"
