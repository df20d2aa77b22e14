# shellcheck shell=bash
# The promises never settle on any node: a flip is tried and does not help, and it must be called
# ineffective although the new node takes jobs. An operator's flip after the fault gets all delivered.
enqueue everywhere 100
until_delivered 60 everywhere 20
switch_on hang-job1
switch_on hang-job2
until_verdict 90 STALLED
until_done 120 "the flip to end" answers t "select count(*) = 1 from jobflip_data.flip
  where id > $LAST_FLIP and ended_at is not null"
[[ $(flips) == *ineffective ]] || wrong "nothing was delivered, and the flip is called: $(flips)"
switch_off hang-job1
switch_off hang-job2
verb flip mail --reason "the fault is gone, the jobs still hang" --yes >"$SITE/logs/flip"
until_delivered 90 everywhere 100
must_be_complete everywhere 100 0
