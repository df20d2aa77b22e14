# shellcheck shell=bash
# The guard's event channel is a plain file when the agent of the active host restarts. The agent
# still sees the workers, they continue, and they can be flipped away. The node starts no workers
# until the file is removed, and says so.
remember
worker=$(worker_pid "$FROM")
inside "$FROM" sh -c 'cd /run/jobflip-agent && rm mail.events && echo x >mail.events && chown jobflip: mail.events'
kill_agent "$FROM"
must_go_on
[[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was restarted"
flip_mail "its events are a file" --from "$FROM"
await_move 15
until_done 20 "the reason in the status" eval "verb status mail --format json |
  grep -qF 'mail: /run/jobflip-agent/mail.events is not a FIFO'"
inside "$FROM" rm /run/jobflip-agent/mail.events
until_ready 30 "$FROM"
