# shellcheck shell=bash
# `reboot` on the active host: its agent hands over while systemd stops everything, in any order,
# and the host comes back as a standby.
remember
files=$(worker_files "$FROM" | wc -l)
reboot_host "$FROM"
await_move 10
until_ready 20 "$FROM"
[[ $(worker_files "$FROM" | wc -l) == "$files" ]] || wrong "a worker started on $FROM by itself"
