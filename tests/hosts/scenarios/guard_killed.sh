# shellcheck shell=bash
# The guard of the active host is killed: its workers die with it, and work continues within
# seconds.
remember
at=$(boot_ns)
inside "$FROM" kill -KILL "$(main_pid "$FROM" mail-worker)"
until_done 10 "the workers to be gone" eval "! still_ticks $FROM"
must_have_ended_by "$BEFORE" $((at + 500000000))
restore_site
