# shellcheck shell=bash
# The worker of the active host hangs: its process is alive and makes no progress. The supervisor
# sees that and flips; the hung worker is ended, and another host does the work.
remember
inside "$FROM" kill -STOP "$(worker_pid "$FROM")"
await_move 20
until_true 5 "a flip by the supervisor" \
  "select automatic from jobflip_data.flip where pool = 'mail' order by id desc limit 1"
is_state "$FROM" mail-worker.service inactive || wrong "the unit of $FROM is not inactive"

# The hung worker is gone. Its black box is kept with the flip: the guard captured it, because it
# may see everything.
flip=$(ask "select max(id) from jobflip_data.flip where pool = 'mail'")
until_true 10 "the black box" "select count(*) = 1 from jobflip_data.flip_black_box where flip = $flip and node = '$FROM'"
look=$(ask "select document from jobflip_data.flip_black_box where flip = $flip")
sees() { # sees JQ: the document must match it
  jq -e "$1" >/dev/null <<<"$look" || { echo "$look" && wrong "the black box lacks: $1"; }
}
sees '.source == "guard" and .unit.ActiveState == "active" and .unit.MainPID > 0'
sees '.processes[] | select(.state == "T" and .wchan == "do_signal_stop")'
sees '.tcp[] | select(.state == "ESTABLISHED" and (.remote | endswith(":5432")))'
sees '.memory.pressure.some_avg10 != null and .cpu.usage_ms >= 0'
sees '.log | length > 0'
sees '[.missing[] | select(.part | test("^(stack|memory)") | not)] == []'
verb show "$flip" --black-box >"$HOSTS_STATE/output"
must_contain "do_signal_stop" "$HOSTS_STATE/output"
inside "$FROM" journalctl -q --no-pager "JOBFLIP_FLIP=$flip" | grep -qF "the black box of flip $flip is kept" ||
  wrong "the journal of $FROM has nothing of the black box"
