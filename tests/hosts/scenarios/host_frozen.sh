# shellcheck shell=bash
# The whole active host is frozen for longer than its lease, and wakes up. Another host has taken
# over; the old workers commit nothing and are ended at once.
remember
freeze "$FROM"
await_move 20
thaw "$FROM"
until_done 10 "the old workers to be gone" eval "! is_state $FROM mail-worker.service active"
[[ $(holder) != "$FROM" ]] || wrong "$FROM holds the pool again"
