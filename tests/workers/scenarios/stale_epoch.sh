# shellcheck shell=bash
# A worker with the epoch of an old lease, started by hand: the library's own statements meet the
# fence, and it ends without a mail. The same worker with the current epoch does deliver.
worker_with_epoch() { # worker_with_epoch EPOCH NAME: leaves claims alone, so only its library acts
  local words
  mapfile -t words < <(worker_environment)
  run "$2" env -C "$SITE" "${words[@]}" JOBFLIP_POOL=mail "JOBFLIP_NODE=$2" "JOBFLIP_EPOCH=$1" \
    "PGOPTIONS=-c app.pool=mail -c app.epoch=$1" "$NODE" "$MODULES/$SYSTEM_FILE" work --leave-claims
}
sent_by() { find "$SITE/mail" -type f -exec grep -li "^X-Sent-By: $1" {} + | wc -l; }

worker_with_epoch "$BEFORE" current
enqueue fence 60
until_done 60 "a mail of the current epoch's worker" eval "((\$(sent_by current) > 0))"
until_delivered 60 fence 60
must_be_complete fence 60 0
stop current TERM 20

worker_with_epoch $((BEFORE - 1)) stale
enqueue fence_2 60
until_done 60 "the stale worker to end" eval "! is_alive stale"
grep -q JF001 "$SITE/logs/stale" || wrong "the stale worker ended for another reason: $(tail -n 5 "$SITE/logs/stale")"
until_delivered 60 fence_2 60
must_be_complete fence_2 60 0
[[ $(sent_by stale) == 0 ]] || wrong "the stale worker sent $(sent_by stale) mails"
must_have_flipped 0
