/// audit export.

#include <fmt/format.h>

#include "cli/audit_chains.hpp"
#include "cli/audit_export.hpp"
#include "cli/event_filter.hpp"
#include "cli/output_file.hpp"
#include "cli/verbs.hpp"

namespace jobflip::cli {
namespace {

void notice_export(Session& session, const ExportPlan& plan) {
  const auto& path = session.options().output;
  if (plan.part && plan.heads.empty())
    session.notice("no event is in that part");
  else if (plan.part)
    session.notice("a part of the log: it is verified from its first event on");
  if (!path.empty()) session.notice(fmt::format("{} is written", path));
}

}  // namespace

ExitCode perform_audit_export(Session& session) {
  const auto& o = session.options();
  const auto format = audit::parse_export_format(o.format).value_or(audit::ExportFormat::json);
  if (o.format == "tsv")  // given before the command, where it is another option
    return session.usage("an export has no tsv form", "its formats are json, jsonl and csv");
  if (const auto code = check_chain_name(session); code != ExitCode::done) return code;
  const auto filter = typed_filter(session, {});
  if (!filter) return session.fail(filter.error());
  // its texts are as they were hashed, with whatever moves a cursor
  if (format == audit::ExportFormat::csv && o.output.empty() && session.terminal().out_is_terminal)
    return session.usage("CSV is not for a terminal: its texts are not escaped",
                         "name a file with --output, or write to a pipe");
  auto store = session.reader();
  if (!store) return session.fail(store.error());
  const auto plan = plan_export(**store, o.pool, *filter);
  if (!plan) return session.fail(plan.error());
  if (plan->heads.empty() && !o.pool.empty())
    if (const auto code = no_such_chain(session, **store); code != ExitCode::done) return code;
  const auto written =
      o.output.empty()
          ? write_export(**store, *plan, format, session.out())
          : write_file(
                o.output, "name a file, or leave --output out and write to a pipe",
                [&](std::ostream& out) { return write_export(**store, *plan, format, out); });
  if (!written) return session.fail(written.error());
  notice_export(session, *plan);
  return ExitCode::done;
}

}  // namespace jobflip::cli
