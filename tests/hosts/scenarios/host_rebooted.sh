# shellcheck shell=bash
# `reboot` on the active host: its agent hands over while systemd stops everything, in whatever order,
# and the host comes back as a standby.
remember
files=$(worker_files "$FROM" | wc -l)
reboot_host "$FROM"
await_move 10
until_true 20 "$FROM to be ready again" \
  "select 'mail' = any (ready) and beat_at > clock_timestamp() - interval '1 s'
     from jobflip_data.node_beat where node = '$FROM'"
[[ $(worker_files "$FROM" | wc -l) == "$files" ]] || wrong "a worker started on $FROM by itself"
