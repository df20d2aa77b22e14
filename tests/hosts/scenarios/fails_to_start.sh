# shellcheck shell=bash
# The worker can't start on the target: the pool becomes active on another node, and the flip says
# why.
until_true 20 "no flip" "select open_flip is null from jobflip_data.pool where name = 'still'"
from=$(holder still)
to=$(another "$from")
inside "$to" chmod -x /usr/local/bin/still-worker
verb flip still --to "$to" --reason "to where it can't start" --yes >"$HOSTS_STATE/output" 2>&1 || true
until_true 20 "the flip to end" "select not exists (select from jobflip_data.flip where ended_at is null)"
until_done 20 "the pool to be active" eval "[[ -n \$(holder still) && \$(holder still) != $to ]]"
active=$(holder still)
until_done 10 "the worker of $active" eval "is_state $active still-worker.service active"
verb show "$(ask "select max(id) from jobflip_data.flip where pool = 'still'")" >"$HOSTS_STATE/output"
must_contain "Permission denied" "$HOSTS_STATE/output"
inside "$to" chmod +x /usr/local/bin/still-worker
