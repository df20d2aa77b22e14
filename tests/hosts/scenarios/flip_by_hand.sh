# shellcheck shell=bash
# A person flips the pool: the workers of the old host are gone, those of the new one commit.
from=$(holder)
before=$(epoch)
to=$(another "$from")
verb flip mail --to "$to" --reason "by hand" --yes >/dev/null
until_done 10 "$to to commit" moved "$before" "$from"
[[ $(holder) == "$to" ]] || wrong "$(holder) is active and not $to"
is_state "$from" mail-worker.service inactive || wrong "the unit of $from is not inactive"
is_state "$to" mail-worker.service active || wrong "the unit of $to is not active"
