# shellcheck shell=bash
# An operator starts the worker's unit on a standby, and the unit has Restart=always. Nothing
# starts, the journal says why, and the agent can still start it when the pool comes.
remember
node=$(another "$FROM")
files=$(worker_files "$node" | wc -l)
for _ in 1 2 3 4 5 6 7; do
  inside "$node" systemctl start mail-worker 2>/dev/null && wrong "the start of the worker succeeded"
done
[[ $(worker_files "$node" | wc -l) == "$files" ]] || wrong "a worker ran on $node"
until_done 5 "the reason in the journal" journal_says "$node" mail-worker "no live lease"
must_go_on
verb flip mail --to "$node" --reason "after starts by hand" --yes >/dev/null
await_move 10
[[ $(holder) == "$node" ]] || wrong "$(holder) is active and not $node"
# Also a second start and a restart by hand where it runs.
inside "$node" systemctl start mail-worker || wrong "starting a running unit must not be an error"
inside "$node" systemctl restart mail-worker 2>/dev/null || true
