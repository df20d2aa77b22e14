/// What the store says after the campaign: commits, takes, jobs, and whether everything that was
/// done is recorded.
#include <fmt/format.h>

#include <pqxx/pqxx>

#include "faults/field.hpp"

namespace jobflip::faults {
namespace {

pqxx::result ask(const test::PgCluster& store, const std::string& sql) {
  pqxx::connection connection{store.conninfo()};
  return pqxx::nontransaction{connection}.exec(sql);
}

std::vector<std::string> lines(const pqxx::result& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row[0].as<std::string>());
  return all;
}

}  // namespace

std::vector<Commit> Field::commits() const {
  std::vector<Commit> all;
  for (const auto& row : ask(*store_, "select node, epoch from faults.work order by n"))
    all.push_back({row[0].as<std::string>(), row[1].as<std::int64_t>()});
  return all;
}

std::vector<Take> Field::takes() const {
  std::vector<Take> all;
  for (const auto& row : ask(*store_,
                             "select node, epoch from jobflip.audit_event where chain = 'mail' "
                             "and kind in ('lease_taken', 'takeover') order by seq"))
    all.push_back({row[0].as<std::string>(), row[1].as<std::int64_t>()});
  return all;
}

std::int64_t Field::flips() const {
  return ask(*store_, "select count(*) from jobflip.flip")[0][0].as<std::int64_t>();
}

std::vector<std::string> Field::lost_jobs() const {
  auto all = lines(ask(*store_,
                       "select format('job %s was done %s times', id, done) from faults.item "
                       "where done <> 1 union all "
                       "select format('job %s is in %s commits', i.id, count(w.n)) "
                       "from faults.item i left join faults.work w on w.item = i.id "
                       "group by i.id having count(w.n) <> 1 limit 20"));
  const auto kept = ask(*store_, "select count(*) from faults.item")[0][0].as<std::int64_t>();
  if (kept < acknowledged_)
    all.push_back(fmt::format("{} of {} jobs are not there any more", acknowledged_ - kept,
                              acknowledged_.load()));
  return all;
}

std::vector<std::string> Field::unrecorded() const {
  auto all = lines(ask(*store_, R"(
    select format('flip %s (%s) has not ended', id, state) from jobflip.flip where ended_at is null
    union all
    select format('flip %s has %s events of its request', f.id, count(e.seq))
    from jobflip.flip f
    left join jobflip.audit_event e on e.flip = f.id and e.kind = 'flip_requested'
    group by f.id having count(e.seq) <> 1
    union all
    select format('flip %s has %s steps and %s events of them', f.id, s.steps, e.events)
    from jobflip.flip f,
      lateral (select count(*) as steps from jobflip.flip_step s
               where s.flip = f.id and s.event <> 'requested') s,
      lateral (select count(*) as events from jobflip.audit_event a
               where a.flip = f.id and a.kind = 'flip_step') e
    where s.steps <> e.events
    union all
    select format('epoch %s is in force and its take is not recorded', o.epoch)
    from jobflip.pool_owner o
    where o.epoch > 0 and o.pool = 'mail' and not exists (
      select from jobflip.audit_event a
      where a.chain = o.pool and a.epoch = o.epoch and a.kind in ('lease_taken', 'takeover')))"));
  const auto verified = run({"audit", "verify"});
  if (verified.end != host::ProcessEnd{}) all.push_back("audit verify: " + verified.output);
  return all;
}

}  // namespace jobflip::faults
