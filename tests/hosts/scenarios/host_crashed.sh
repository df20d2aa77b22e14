# shellcheck shell=bash
# The power of the active host is cut: another host is active within 5 s. When it boots again, its
# worker's unit, which is enabled, starts nothing: the guard finds no lease of this boot.
remember
at=$(boot_ns)
crash "$FROM"
await_move 20
figure "host gone: active elsewhere" $(($(began_at "$(epoch)") - at / 1000000)) 5000
files=$(worker_files "$FROM" | wc -l)
boot "$FROM"
inside "$FROM" systemctl is-enabled --quiet mail-worker || wrong "the unit is no longer enabled"
until_ready 20 "$FROM"
[[ $(worker_files "$FROM" | wc -l) == "$files" ]] || wrong "a worker started on $FROM by itself"
is_state "$FROM" mail-worker.service active && wrong "the worker's unit of $FROM is active"
until_done 5 "the reason in the journal" journal_says "$FROM" mail-worker "no live lease"
