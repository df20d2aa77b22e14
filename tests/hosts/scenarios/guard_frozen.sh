# shellcheck shell=bash
# The guard of the active host hangs (SIGSTOP) while a flip is requested. It ends nothing, so its
# agent does, and the flip succeeds all the same.
remember
inside "$FROM" kill -STOP "$(main_pid "$FROM" mail-worker)"
verb flip mail --reason "the guard hangs" --yes >/dev/null || true
await_move 20
until_done 10 "the unit of $FROM to end" eval "! is_state $FROM mail-worker.service active"
