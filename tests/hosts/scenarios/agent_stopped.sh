# shellcheck shell=bash
# `systemctl stop jobflip-agent` on the active host hands its pools over: no node waits for a lease
# to run out, and the stop returns when the workers are gone.
remember
began=$(now_ms)
inside "$FROM" systemctl stop jobflip-agent
is_state "$FROM" mail-worker.service inactive || wrong "the agent has stopped and its worker has not"
await_move 3
say "another host was active $(($(began_at "$(epoch)") - began)) ms after the stop began"
inside "$FROM" systemctl start jobflip-agent
