# shellcheck shell=bash
# The whole active host stands still, longer than its lease, and wakes up. Another host has taken over;
# what wakes up commits nothing, and is ended at once.
remember
freeze "$FROM"
await_move 20
thaw "$FROM"
until_done 10 "the old workers to be gone" eval "! is_state $FROM mail-worker.service active"
[[ $(holder) != "$FROM" ]] || wrong "$FROM holds the pool again"
