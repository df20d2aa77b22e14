# shellcheck shell=bash
# Workers end as soon as they start, on every node. The status names the crash loop. The queue is
# stalled, so one flip is tried; it does not help, and the cooldown holds the next. When the workers
# can start again, everything goes out.
switch_on crash
kill -KILL "$(worker_of "$FROM")"
enqueue crash 20
says_loop() { verb status mail | grep 'CRASH LOOP on'; }
until_verdict 60 STALLED
until_done 60 "the crash loop in the status" says_loop
until_flip 120 ineffective
until_true 60 "the cooldown to hold the next flip" "select exists (select from jobflip_data.audit_event
  where kind = 'hold' and at > (select requested_at from jobflip_data.flip where id = $LAST_FLIP + 1))"
verb status mail | sed 's/^/    /'
must_have_flipped 1
switch_off crash
until_delivered 120 crash 20
must_be_complete crash 20 0
