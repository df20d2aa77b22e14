# shellcheck shell=bash
# Half a partition: the packets of the active host arrive, the store's answers do not. None of its
# beats is acknowledged, so it must stop. Its beats that still arrive must not make the others wait
# for ever.
remember
at=$(boot_ns)
half_cut_off "$FROM"
await_move 25
must_have_ended_by "$BEFORE" $((at + 3010000000))
say "half cut off: active elsewhere after $(($(began_at "$(epoch)") - at / 1000000)) ms"
heal "$FROM"
