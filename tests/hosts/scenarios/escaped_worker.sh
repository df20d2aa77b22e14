# shellcheck shell=bash
# A worker that leaves its parent, its session and its process group (a double fork) stays in the
# guard's cgroup: nothing of it is left when the pool moves.
for node in job1 job2 job3; do
  still_worker "$node" 'setsid sh -c "setsid sleep 98765 & exit 0" & exec sleep 87654'
done
flip_still "let the one that escapes start"
from=$(holder still)
to=$(another "$from")
until_done 10 "the escaped process to run" inside "$from" pgrep -f 'sleep 98765'
[[ $(inside "$from" ps -o ppid= -p "$(inside "$from" pgrep -of 'sleep 98765')" | tr -d ' ') != \
  "$(worker_pid "$from" still-worker)" ]] || wrong "it did not escape"
flip_still "a worker that escapes" "$to"
inside "$from" pgrep -f 'sleep (98765|87654)' && wrong "an escaped process is still running on $from"
for node in job1 job2 job3; do still_worker "$node" 'exec sleep infinity'; done
flip_still "the quiet one again"
