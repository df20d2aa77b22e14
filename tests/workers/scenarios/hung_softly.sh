# shellcheck shell=bash
# The promises of the old node's jobs never settle. Its process is awake and answers its library's
# timers. STALLED, a flip, and the rest goes out.
enqueue hung 100
until_delivered 60 hung 20
switch_on "hang-$FROM"
until_verdict 90 STALLED
until_flip 90 verified
until_delivered 90 hung 100
must_be_complete hung 100 0
must_have_flipped 1
switch_off "hang-$FROM"
