# shellcheck shell=bash
# The same, but the worker has taken everything, so no job is due: HELD, a flip, and it goes out.
enqueue before 10
until_delivered 60 before 10
must_be_complete before 10 0
until_done 60 "the completions to be counted" everything_is_counted
switch_on "hang-$FROM"
enqueue held 4
until_verdict 90 HELD
until_flip 90 verified
until_delivered 60 held 4
must_be_complete held 4 0
must_have_flipped 1
must_not_say STALLED
switch_off "hang-$FROM"
