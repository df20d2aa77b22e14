# shellcheck shell=bash
# A person flips the pool: the workers of the old host are gone, those of the new one commit.
remember
to=$(another "$FROM")
verb flip mail --to "$to" --reason "by hand" --yes >/dev/null
await_move 10
[[ $(holder) == "$to" ]] || wrong "$(holder) is active and not $to"
is_state "$FROM" mail-worker.service inactive || wrong "the unit of $FROM is not inactive"
is_state "$to" mail-worker.service active || wrong "the unit of $to is not active"
