# shellcheck shell=bash
# An operator flips the pool: the workers of the old host are gone, those of the new one commit.
# The journals of both hosts tell the story of that flip by its number, and each line has the
# message ID of its kind.
remember
to=$(another "$FROM")
verb flip mail --to "$to" --reason "by hand" --yes >/dev/null
await_move 10
[[ $(holder) == "$to" ]] || wrong "$(holder) is active and not $to"
is_state "$FROM" mail-worker.service inactive || wrong "the unit of $FROM is not inactive"
is_state "$to" mail-worker.service active || wrong "the unit of $to is not active"

flip=$(ask "select max(id) from jobflip_data.flip where pool = 'mail'")
story() { # story HOST: the names of the events that its journal has for that flip
  inside "$1" journalctl --no-pager -o json --output-fields=JOBFLIP_KIND,MESSAGE_ID JOBFLIP_FLIP="$flip" |
    sed -n 's/.*"JOBFLIP_KIND":"\([a-z_]*\)".*/\1/p'
}
has() { story "$1" | grep -qx "$2"; }
for kind in drain_begun workers_told workers_gone released; do
  until_done 5 "the journal of $FROM to contain $kind of flip $flip" has "$FROM" "$kind"
done
for kind in taken started; do
  until_done 5 "the journal of $to to contain $kind of flip $flip" has "$to" "$kind"
done
inside "$FROM" journalctl --update-catalog # a dpkg trigger, which install_program skips
inside "$FROM" journalctl --no-pager -x JOBFLIP_FLIP="$flip" |
  grep -q "The workers of pool mail are told to end" || wrong "the catalog has no text for flip $flip"
