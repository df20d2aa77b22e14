/// deploy start, done and list: marks of people and CI, and what became of them.

#include <fmt/format.h>

#include "cli/answer_view.hpp"
#include "cli/deploy_words.hpp"
#include "cli/event_filter.hpp"
#include "cli/incident_words.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::cli {
namespace {

using What = core::DeploymentMark::What;

/// Start and done, which may go without a reason.
ExitCode mark(Session& session, What what) {
  auto typed = typed_mark(session, what);
  if (!typed) return session.fail(typed.error());
  auto by = session.person_or(name_of(what));
  if (!by) return session.fail(by.error());
  by->reason = session.options().reason;
  // before anything is sent, a store that does not answer leaves no doubt
  const auto store = session.reached_operator_store();
  if (!store) return session.fail(store.error());
  const auto answer = mark_pool(session, **store, *typed, *by);
  if (!answer) return session.fail_change(answer.error(), kLookAtDeployments);
  const bool running = what == What::start && answer->rule == "deployment";
  const core::OperatorAnswer shown{answer->accepted, answer->changed, answer->rule,
                                   answer->sentence};
  const auto code =
      show_answer(session, shown, answer->sentence,
                  fmt::format("{} can't be marked: {}",
                              what == What::start ? "the start" : "the end", answer->rule),
                  deployment_keys(*typed, *answer), kLookAtDeployments);
  if (running)
    session.hint(
        fmt::format("`jobflip deploy done --pool {0}` or `jobflip deploy rollback --pool "
                    "{0} --reason TEXT` ends that one",
                    typed->pool.str()));
  return code;
}

std::string flip_text(const std::optional<FlipId>& flip) {
  return flip ? std::to_string(flip->value) : "";
}

std::string or_dash(std::string text) {
  return text.empty() ? "-" : std::move(text);
}

Table deployment_table(const std::vector<core::Deployment>& all) {
  Table table{{"ID", "POOL", "VERSION", "STATE", "STARTED", "LASTED", "BY", "FLIP", "BACK", "WHY"},
              {}};
  for (const auto& d : all) {
    const auto lasted =
        d.ended_at ? std::optional{std::chrono::duration_cast<Millis>(*d.ended_at - d.started_at)}
                   : std::nullopt;
    table.rows.push_back({std::to_string(d.id), d.pool.str(), printable(d.version, 60),
                          view::deployment_state_text(d.state), view::clock_text(d.started_at),
                          view::age_text(lasted), printable(d.started_by, 60),
                          or_dash(flip_text(d.flip)), or_dash(flip_text(d.flip_back)),
                          or_dash(printable(d.reason, 200))});
  }
  return table;
}

Table deployment_rows(const std::vector<core::Deployment>& all) {
  Table table{{"deployment", "pool", "version", "state", "started_at", "started_by", "ended_at",
               "ended_by", "flip", "flip_back", "reason"},
              {}};
  for (const auto& d : all)
    table.rows.push_back({std::to_string(d.id), d.pool.str(), printable(d.version),
                          std::string{core::name_of(d.state)}, rfc3339(d.started_at),
                          printable(d.started_by), d.ended_at ? rfc3339(*d.ended_at) : "",
                          printable(d.ended_by), flip_text(d.flip), flip_text(d.flip_back),
                          printable(d.reason)});
  return table;
}

Result<core::DeploymentQuery> typed_query(const Session& session) {
  core::DeploymentQuery query;
  if (!session.options().pool.empty()) {
    const auto pool = PoolName::parse(session.options().pool, "--pool: pool name");
    if (!pool) return pool.error();
    query.pool = *pool;
  }
  const auto filter = typed_filter(session, {});
  if (!filter) return filter.error();
  query.since = filter->since;
  query.until = filter->until;
  return query;
}

}  // namespace

ExitCode perform_deploy_start(Session& session) {
  return mark(session, What::start);
}

ExitCode perform_deploy_done(Session& session) {
  return mark(session, What::done);
}

ExitCode perform_deploy_list(Session& session) {
  auto query = typed_query(session);
  if (!query) return session.fail(query.error());
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto limit = typed_limit(session);
  query->limit = with_one_more(limit);
  auto all = (*store)->deployments(*query);
  if (!all) return session.fail(all.error());
  const bool is_cut = cut_to(limit, *all);
  if (all->empty())
    if (const auto known = known_in_log(**store, query->pool); !known)
      return session.fail(known.error());
  if (session.format() == Format::json) {
    auto list = view::Json::array();
    for (const auto& one : *all) list.push_back(view::deployment_json(one));
    session.print(view::Json{{"schema", 1}, {"deployments", std::move(list)}});
  } else if (session.format() == Format::tsv) {
    session.print(deployment_rows(*all));
  } else if (all->empty()) {
    session.notice("no deployment");
  } else {
    session.print(deployment_table(*all));
  }
  if (is_cut) notice_more(session, limit);
  return ExitCode::done;
}

}  // namespace jobflip::cli
