# shellcheck shell=bash
# The worker of the active host hangs: its process is alive, and moves nothing. The supervisor sees
# it and flips; the hung worker is gone, and work moves on another host.
remember
inside "$FROM" kill -STOP "$(worker_pid "$FROM")"
await_move 20
until_true 5 "a flip by the supervisor" \
  "select automatic from jobflip.flip where pool = 'mail' order by id desc limit 1"
is_state "$FROM" mail-worker.service inactive || wrong "the unit of $FROM is not inactive"
