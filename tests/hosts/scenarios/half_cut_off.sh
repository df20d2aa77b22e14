# shellcheck shell=bash
# Half a partition: what the active host sends arrives, the store's answers do not. No beat of it is
# acknowledged, so it must stop; its beats that still arrive must not keep the others waiting for ever.
remember
at=$(boot_ns)
half_cut_off "$FROM"
await_move 25
must_have_ended_by "$BEFORE" $((at + 3010000000))
say "half cut off: active elsewhere after $(($(began_at "$(epoch)") - at / 1000000)) ms"
heal "$FROM"
