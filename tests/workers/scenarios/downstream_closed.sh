# shellcheck shell=bash
# The SMTP server is gone. The workers try and fail, and would do so on another node, too: no flip.
# When it is back, everything goes out. FAILING takes 5 minutes; WORKERS_CLOSED_SECONDS=400 shows it.
enqueue closed 100
until_delivered 60 closed 20
stop_smtp
closed_at=$SECONDS closed_for=${WORKERS_CLOSED_SECONDS:-30} # twice the longest stall_after
has_been_closed() { ((SECONDS - closed_at >= closed_for)); }
until_done $((closed_for + 30)) "$closed_for s without the SMTP server" has_been_closed
say "$(ask "select verdict || ': ' || reason from jobflip_data.queue_verdict")"
start_smtp
bring_forward
until_delivered 90 closed 100
must_be_complete closed 100 "$CONCURRENCY"
must_have_flipped 0
must_not_say STALLED HELD
