# shellcheck shell=bash
# Planned flips to and fro of a pool whose worker starts and stops at once: jobflip's own time from
# the request until the workers run on the other host.
times=${HOSTS_FLIPS:-6}
last=$(ask "select coalesce(max(id), 0) from jobflip_data.flip")
for ((n = 1; n <= times; n++)); do
  until_true 20 "every node to be ready" "select count(*) = 3 from jobflip_data.node_beat b, jobflip_data.pool_owner o
    where o.pool = 'still' and b.node like 'job%' and ('still' = any (b.ready) or b.node = o.holder)"
  flip_still "planned"
done
until_true 20 "the last flip to end" "select not exists (select from jobflip_data.flip where ended_at is null)"
figure "planned flip between two hosts: request to active" "$(ask "select round(percentile_cont(0.5) within group
  (order by extract(epoch from started_at - requested_at) * 1000)) from jobflip_data.flip
  where pool = 'still' and id > $last")" 250
