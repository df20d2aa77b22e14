# shellcheck shell=bash
# The SMTP server is gone. The workers try and fail, and another node would fail, too: FAILING, and
# no flip. When it is back, everything goes out.
enqueue closed 100
until_delivered 60 closed 20
stop_smtp
until_verdict 90 FAILING
until_true 60 "FAILING for longer than a stall and the hold-down" "select verdict = 'FAILING'
  and clock_timestamp() - verdict_since > interval '10 s' from jobflip_data.queue_verdict"
start_smtp
bring_forward
until_delivered 90 closed 100
must_be_complete closed 100 "$CONCURRENCY"
must_have_flipped 0
must_not_say STALLED HELD
