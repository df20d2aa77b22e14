# shellcheck shell=bash
# The SMTP server is gone. The workers try and fail, and another node would fail, too: FAILING, and
# no flip. When it is back, everything goes out.
enqueue closed 100
until_delivered 60 closed 20
stop_smtp
closed_at=$SECONDS
until_verdict 90 "${CLOSED_VERDICTS[@]}"
has_been_closed() { ((SECONDS - closed_at >= 30)); } # twice the longest stall_after
until_done 60 "30 s without the SMTP server" has_been_closed
must_have_flipped 0
timeout 4 "$PROGRAMS/jobflip" probe email --file "$SITE/pool.toml" --database "$(conninfo probe)" \
  --watch >"$SITE/logs/probe-closed" 2>&1 || true
start_smtp
bring_forward
until_delivered 90 closed 100
must_be_complete closed 100 "$CONCURRENCY"
must_have_flipped 0
must_not_say STALLED HELD
