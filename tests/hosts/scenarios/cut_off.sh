# shellcheck shell=bash
# The network link of the active host is cut: its workers end within the lease, before another host
# works, and the pool is active elsewhere within 5 s. When the link is back, the host is a standby.
remember
at=$(boot_ns)
cut_off "$FROM"
await_move 20
must_have_ended_by "$BEFORE" $((at + 3010000000))
figure "host cut off: active elsewhere" $(($(began_at "$(epoch)") - at / 1000000)) 5000
heal "$FROM"
until_ready 20 "$FROM"
